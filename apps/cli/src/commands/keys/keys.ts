import { Command } from 'commander';
import type { Terminal } from '../../terminal/terminal.js';
import { listCommand } from './list.js';
import { newCommand } from './new.js';
import { registerCommand } from './register.js';
import { revokeCommand } from './revoke.js';

/** `concordat keys`: keys are made here, and the private half stays here. */
export const keysCommand = (terminal: Terminal): Command =>
  new Command('keys')
    .description('Make keys, register their public halves, and revoke them.')
    .addCommand(newCommand(terminal))
    .addCommand(registerCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(revokeCommand(terminal));

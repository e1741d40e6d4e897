import { Command } from 'commander';
import type { End } from '../../terminal/exit-code.js';
import type { Terminal } from '../../terminal/terminal.js';
import { diffCommand } from './diff.js';
import { freezeCommand } from './freeze.js';
import { newCommand } from './new.js';
import { proposeCommand } from './propose.js';
import { signCommand } from './sign.js';
import { textCommand } from './text.js';
import { verifyCommand } from './verify.js';

/** `concordat agreement`: from a blank page to the end of an agreement. */
export const agreementCommand = (terminal: Terminal, end: End): Command =>
  new Command('agreement')
    .description('Write, read, compare, propose, sign, suspend, resume and end agreements.')
    .addCommand(newCommand(terminal))
    .addCommand(textCommand(terminal))
    .addCommand(diffCommand(terminal, end))
    .addCommand(freezeCommand(terminal))
    .addCommand(proposeCommand(terminal))
    .addCommand(signCommand(terminal))
    .addCommand(verifyCommand(terminal, end));

import { Command } from 'commander';
import type { End } from '../../terminal/exit-code.js';
import type { Terminal } from '../../terminal/terminal.js';
import { diffCommand } from './diff.js';
import { exportCommand } from './export.js';
import { fetchCommand } from './fetch.js';
import { freezeCommand } from './freeze.js';
import { lintCommand } from './lint.js';
import { listCommand } from './list.js';
import { newCommand } from './new.js';
import { noticeCommand } from './notice/notice.js';
import { proposeCommand } from './propose.js';
import { sendCommand } from './send.js';
import { showCommand } from './show.js';
import { signCommand } from './sign.js';
import { textCommand } from './text.js';
import { verifyCommand } from './verify.js';

/** `concordat agreement`: from a blank page to the end of an agreement. */
export const agreementCommand = (terminal: Terminal, end: End): Command =>
  new Command('agreement')
    .description('Write, read, compare, propose, sign, suspend, resume and end agreements.')
    .addCommand(newCommand(terminal))
    .addCommand(lintCommand(terminal, end))
    .addCommand(textCommand(terminal))
    .addCommand(diffCommand(terminal, end))
    .addCommand(freezeCommand(terminal))
    .addCommand(proposeCommand(terminal))
    .addCommand(signCommand(terminal))
    .addCommand(sendCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(showCommand(terminal))
    .addCommand(fetchCommand(terminal))
    .addCommand(verifyCommand(terminal, end))
    .addCommand(noticeCommand(terminal))
    .addCommand(exportCommand(terminal));

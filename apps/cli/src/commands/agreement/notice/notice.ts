import { Command } from 'commander';
import type { Terminal } from '../../../terminal/terminal.js';
import { rejectCommand } from './reject.js';
import { resumeCommand } from './resume.js';
import { reviewCommand } from './review.js';
import { suspendCommand } from './suspend.js';
import { terminateCommand } from './terminate.js';

/** `concordat agreement notice`: what changes how an agreement stands, signed by one signatory. */
export const noticeCommand = (terminal: Terminal): Command =>
  new Command('notice')
    .description('Give notice: suspend at once, resume, end, reject or review an agreement.')
    .addCommand(suspendCommand(terminal))
    .addCommand(resumeCommand(terminal))
    .addCommand(terminateCommand(terminal))
    .addCommand(rejectCommand(terminal))
    .addCommand(reviewCommand(terminal));

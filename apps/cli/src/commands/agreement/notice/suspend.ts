import { Command } from 'commander';
import { answering } from '../../../terminal/answer.js';
import type { Terminal } from '../../../terminal/terminal.js';
import { giveNotice, noticeOptions, type NoticeOptions } from './give.js';
import { findSubject } from '../../../verification/subject.js';

/** `concordat agreement notice suspend`: any one signatory stops the sharing. */
export function suspendCommand(terminal: Terminal): Command {
  const command = noticeOptions(new Command('suspend'))
    .description('Stop the sharing at once. Any one signatory of any party may; going on needs every party.')
    .action(async (given: string, options: NoticeOptions) => {
      const subject = await findSubject(
        terminal,
        given,
        options,
        ({ cited, versions }) => cited ?? versions.at(-1),
      );
      await giveNotice(terminal, options, subject, { kind: 'suspend' });
    });
  return answering(command, [
    'concordat agreement notice suspend death-notification-pensions --because "Records of the living were sent" \\',
    '    --key my-signing-key.json --party pensions --role legal --credentials my-credentials.json',
  ]);
}

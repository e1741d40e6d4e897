import { Command } from 'commander';
import { answering } from '../../../terminal/answer.js';
import type { Terminal } from '../../../terminal/terminal.js';
import { giveNotice, noticeOptions, type NoticeOptions } from './give.js';
import { findSubject } from '../../../verification/subject.js';

/** `concordat agreement notice reject`: a proposed version never comes into force. */
export function rejectCommand(terminal: Terminal): Command {
  const command = noticeOptions(new Command('reject'))
    .description('Reject a proposed version: it never comes into force, whoever signs it.')
    .action(async (given: string, options: NoticeOptions) => {
      const subject = await findSubject(terminal, given, options, ({ versions }) =>
        versions.findLast(({ state }) => state === 'proposed'),
      );
      await giveNotice(terminal, options, subject, { kind: 'reject' });
    });
  return answering(command, [
    'concordat agreement notice reject death-notification-pensions --because "Clause 4 was not agreed" \\',
    '    --key my-signing-key.json --party pensions --role legal --credentials my-credentials.json',
  ]);
}

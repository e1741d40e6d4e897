import { Command } from 'commander';
import { answering } from '../../../terminal/answer.js';
import type { Terminal } from '../../../terminal/terminal.js';
import { giveNotice, noticeOptions, type NoticeOptions } from './give.js';
import { findSubject } from '../../../verification/subject.js';

interface ReviewOptions extends NoticeOptions {
  readonly reviewBy: string;
}

/** `concordat agreement notice review`: the parties have reviewed it and set the next date. */
export function reviewCommand(terminal: Terminal): Command {
  const command = noticeOptions(new Command('review'))
    .description(
      'Say that you have reviewed the agreement. Once every signatory has said so with the same date, that is the next review date.',
    )
    .requiredOption('--review-by <day>', 'the next review date, such as 2029-03-31')
    .action(async (given: string, options: ReviewOptions) => {
      const subject = await findSubject(terminal, given, options, ({ cited }) => cited);
      await giveNotice(terminal, options, subject, { kind: 'review', reviewBy: options.reviewBy });
    });
  return answering(command, [
    'concordat agreement notice review death-notification-pensions --review-by 2029-03-31 \\',
    '    --because "Reviewed on 2 March: still needed, nothing to change" \\',
    '    --key my-signing-key.json --party pensions --role legal --credentials my-credentials.json',
  ]);
}

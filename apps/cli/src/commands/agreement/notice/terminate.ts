import { Command } from 'commander';
import { answering } from '../../../terminal/answer.js';
import type { Terminal } from '../../../terminal/terminal.js';
import { toMoment } from '../../../terminal/moment.js';
import { giveNotice, noticeOptions, type NoticeOptions } from './give.js';
import { findSubject } from '../../../verification/subject.js';

interface TerminateOptions extends NoticeOptions {
  readonly effective: string;
}

/** `concordat agreement notice terminate`: ends the agreement, or one's own part in it. */
export function terminateCommand(terminal: Terminal): Command {
  const command = noticeOptions(new Command('terminate'))
    .description('End the agreement; a party that joined later ends its own part.')
    .requiredOption(
      '--effective <time>',
      'when it ends, such as 2027-04-01; not before the notice that the agreement asks for has run',
    )
    .action(async (given: string, options: TerminateOptions) => {
      const effective = toMoment(options.effective);
      const subject = await findSubject(terminal, given, options, ({ cited }) => cited);
      await giveNotice(terminal, options, subject, { kind: 'terminate', effective });
    });
  return answering(command, [
    'concordat agreement notice terminate death-notification-pensions --effective 2027-04-01 \\',
    '    --because "The service is closing" --key my-signing-key.json --party pensions --role legal \\',
    '    --credentials my-credentials.json',
  ]);
}

import { Command } from 'commander';
import { answering } from '../../../terminal/answer.js';
import { AnswerIsNo, WrongUse } from '../../../terminal/exit-code.js';
import type { Terminal } from '../../../terminal/terminal.js';
import { giveNotice, noticeOptions, type NoticeOptions } from './give.js';
import { findSubject, type Subject } from '../../../verification/subject.js';

interface ResumeOptions extends NoticeOptions {
  readonly lifts?: readonly string[];
}

/** `concordat agreement notice resume`: consent that the sharing goes on. */
export function resumeCommand(terminal: Terminal): Command {
  const command = noticeOptions(new Command('resume'))
    .description(
      'Consent that the sharing goes on. It does once every signatory of every party has consented.',
    )
    .option(
      '--lifts <digests...>',
      'the notices of suspension to lift; else all that still await your consent',
    )
    .action(async (given: string, options: ResumeOptions) => {
      const subject = await findSubject(terminal, given, options, ({ cited }) => cited);
      const lifts = options.lifts ?? toLift(terminal, subject, options);
      await giveNotice(terminal, options, subject, { kind: 'resume', lifts: [...lifts] });
    });
  return answering(command, [
    'concordat agreement notice resume death-notification-pensions --because "The fault has been repaired" \\',
    '    --key my-signing-key.json --party pensions --role legal --credentials my-credentials.json',
  ]);
}

/** The suspensions to which this signatory has not consented yet; told, since they are what is signed away. */
function toLift(terminal: Terminal, { standing }: Subject, { party, role }: NoticeOptions): string[] {
  if (standing === undefined)
    throw new WrongUse(
      'An agreement’s text does not say what suspends it. Give a bundle, or its name and --credentials, or name the notices with --lifts.',
    );
  const waiting = standing.causes.filter(
    (cause) => cause.kind === 'suspended' && cause.missing.includes(`${party}/${role}`),
  );
  if (waiting.length === 0)
    throw new AnswerIsNo(`No suspension awaits the consent of ${party}/${role}. Nothing was signed.`);
  return waiting.flatMap((cause) => {
    if (cause.kind !== 'suspended') return [];
    terminal.tell(
      `Suspended by ${cause.party}/${cause.role} at ${cause.time}: ${cause.because}\n  ${cause.notice}\n`,
    );
    return [cause.notice];
  });
}

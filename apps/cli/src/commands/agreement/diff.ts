import { Command, Option } from 'commander';
import { compareAgreements, renderDifference, type Difference } from '@concordat/agreement';
import { readAgreement } from '../../documents/agreement-file.js';
import { CREDENTIALS_HELP, findSchemas, SCHEMAS_HELP, type SchemaOptions } from '../../documents/schemas.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import { EXIT, type End } from '../../terminal/exit-code.js';
import type { Terminal } from '../../terminal/terminal.js';

interface DiffOptions extends AnswerOptions, SchemaOptions {
  readonly failOn?: 'widens' | 'changes';
}

/** What `--fail-on` lets through: nothing graver than it names. */
const FAILING: Readonly<Record<'widens' | 'changes', readonly Difference['overall'][]>> = {
  widens: ['widens'],
  changes: ['widens', 'changes'],
};

/** `concordat agreement diff`: what a later version changes, in words. */
export function diffCommand(terminal: Terminal, end: End): Command {
  const command = new Command('diff')
    .description('Compare two versions of an agreement: what narrows, what widens, what else changes.')
    .argument('<old>', 'the earlier version; "-" for standard input')
    .argument('<new>', 'the later version; "-" for standard input')
    .option('--schemas <path>', SCHEMAS_HELP)
    .option('--credentials <file>', CREDENTIALS_HELP)
    .addOption(
      new Option(
        '--fail-on <what>',
        'answer no (exit code 1) if the later version widens, or widens or changes',
      ).choices(['widens', 'changes']),
    )
    .action(async (older: string, newer: string, options: DiffOptions) => {
      const before = readAgreement(terminal, older).agreement;
      const after = readAgreement(terminal, newer).agreement;
      const findSchema = await findSchemas(terminal, options, [before, after]);
      const difference = compareAgreements(before, after, findSchema);
      answer(terminal, options, difference, renderDifference(difference));
      if (options.failOn !== undefined && FAILING[options.failOn].includes(difference.overall)) end(EXIT.no);
    });
  return answering(command, [
    'concordat agreement diff version-1.json version-2.json --schemas schemas/events',
    'concordat agreement diff version-1.json version-2.json --fail-on widens --credentials my-credentials.json',
  ]);
}

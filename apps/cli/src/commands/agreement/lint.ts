import { Command } from 'commander';
import { lintAgreement, type Agreement } from '@concordat/agreement';
import type { JsonObject } from '@concordat/record';
import { misfitsIn } from '../../documents/misfits.js';
import { readObject } from '../../documents/read.js';
import { CREDENTIALS_HELP, findSchemas, SCHEMAS_HELP, type SchemaOptions } from '../../documents/schemas.js';
import { findToDos } from '../../documents/to-do.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import { EXIT, type End } from '../../terminal/exit-code.js';
import type { Style, Terminal } from '../../terminal/terminal.js';

/** A finding, whoever found it. */
interface Found {
  /** One of the lint's codes, or `to-do` or `schema`. */
  readonly code: string;
  readonly path: string;
  readonly severity: 'error' | 'warning' | 'advice';
  readonly message: string;
  readonly advice: string;
}

/** `concordat agreement lint`: what is wrong with a draft, or could be better. */
export function lintCommand(terminal: Terminal, end: End): Command {
  const command = new Command('lint')
    .description('Say what is wrong with a draft and what could be better, each with advice.')
    .argument('<file>', 'the agreement, JSON; "-" for standard input')
    .option('--schemas <path>', SCHEMAS_HELP)
    .option('--credentials <file>', CREDENTIALS_HELP)
    .action(async (file: string, options: AnswerOptions & SchemaOptions) => {
      const findings = await findingsIn(terminal, readObject(terminal, file), options);
      const errors = findings.filter(({ severity }) => severity === 'error').length;
      answer(terminal, options, { ok: errors === 0, findings }, inWords(findings, terminal));
      if (errors > 0) end(EXIT.no);
    });
  return answering(command, [
    'concordat agreement lint draft.json --credentials my-credentials.json',
    'concordat agreement lint draft.json --schemas schemas/events --json',
  ]);
}

async function findingsIn(
  terminal: Terminal,
  value: JsonObject,
  options: SchemaOptions,
): Promise<readonly Found[]> {
  // First things first: what is not written cannot be right, and what has not the form cannot be judged.
  const toDos = findToDos(value);
  if (toDos.length > 0)
    return toDos.map(({ path, message }) => ({
      code: 'to-do',
      path,
      severity: 'error',
      message: `${path} ${message}.`,
      advice: 'Replace it with your own words.',
    }));
  const misfits = misfitsIn(value);
  if (misfits.length > 0)
    return misfits.map(({ path, message, advice }) => ({
      code: 'schema',
      path,
      severity: 'error',
      message: `${path || 'The document'} ${message}.`,
      advice,
    }));
  const agreement = value as unknown as Agreement;
  if (options.schemas === undefined && options.credentials === undefined) {
    terminal.tell(
      'Without the event schemas, fields cannot be checked. Give --schemas, or --credentials to ask the broker.\n',
    );
    return lintAgreement(agreement);
  }
  return lintAgreement(agreement, await findSchemas(terminal, options, [agreement]));
}

const STYLES: Readonly<Record<Found['severity'], Style>> = {
  error: 'bad',
  warning: 'caution',
  advice: 'strong',
};

function inWords(findings: readonly Found[], terminal: Terminal): string {
  if (findings.length === 0) return 'Nothing to say: no errors, no warnings, no advice.';
  const count = (severity: Found['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const lines = findings.map(
    ({ severity, code, path, message, advice }) =>
      `${terminal.style(STYLES[severity], severity)} ${code} at ${path || 'the document'}\n  ${message}\n  ${advice}`,
  );
  return [
    ...lines,
    '',
    `${count('error')} errors, ${count('warning')} warnings, ${count('advice')} advice.`,
  ].join('\n');
}

import { Command } from 'commander';
import { lintAgreement, type Agreement } from '@concordat/agreement';
import type { JsonObject } from '@concordat/record';
import { BrokerClient } from '../../client/broker-client.js';
import { readCredentials } from '../../client/credentials.js';
import { misfitsIn } from '../../documents/misfits.js';
import { readObject } from '../../documents/read.js';
import { CREDENTIALS_HELP, findSchemas, SCHEMAS_HELP, type SchemaOptions } from '../../documents/schemas.js';
import { findToDos } from '../../documents/to-do.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import { EXIT, type End } from '../../terminal/exit-code.js';
import { whoCannotSign } from '../../verification/who-can-sign.js';
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
      const fieldsChecked = options.schemas !== undefined || options.credentials !== undefined;
      const rest = fieldsChecked ? '' : `\n\n${UNCHECKED}`;
      answer(
        terminal,
        options,
        { ok: errors === 0, fieldsChecked, findings },
        `${inWords(findings, terminal)}${rest}`,
      );
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
  if (options.schemas === undefined && options.credentials === undefined) return lintAgreement(agreement);
  const findings = lintAgreement(agreement, await findSchemas(terminal, options, [agreement]));
  if (options.credentials === undefined || findings.some(({ severity }) => severity === 'error'))
    return findings;
  const client = new BrokerClient(readCredentials(options.credentials, terminal));
  const cannotSign = (await whoCannotSign(client, agreement)).map((one): Found => ({
    ...one,
    severity: one.code === 'unknown-agency' ? 'error' : 'warning',
  }));
  // The broker stops at the first agency that it does not know.
  if (cannotSign.some(({ severity }) => severity === 'error')) return [...cannotSign, ...findings];
  return [...(await refusedByBroker(client, value)), ...cannotSign, ...findings];
}

const UNCHECKED =
  'The fields were not checked: for that, give the event schemas with --schemas, or --credentials to ask the broker.';

/** What only the broker knows, such as whether the agreement's template has been published. */
async function refusedByBroker(client: BrokerClient, value: JsonObject): Promise<Found[]> {
  const { refused } = await client.lintDraft(value);
  return refused.map(({ path, message }) => ({
    code: 'refused',
    path,
    severity: 'error',
    message: `${path} ${message}.`,
    advice: 'The broker would refuse the agreement for this.',
  }));
}

const STYLES: Readonly<Record<Found['severity'], Style>> = {
  error: 'bad',
  warning: 'caution',
  advice: 'strong',
};

function inWords(findings: readonly Found[], terminal: Terminal): string {
  if (findings.length === 0) return 'Nothing to say: no errors, no warnings, no advice.';
  const lines = findings.map((finding) => lineOf(finding, terminal));
  const count = (severity: Found['severity'], one: string, many: string): string => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return `${number} ${number === 1 ? one : many}`;
  };
  const counts = [
    count('error', 'error', 'errors'),
    count('warning', 'warning', 'warnings'),
    count('advice', 'piece of advice', 'pieces of advice'),
  ];
  return [...lines, '', `${counts.join(', ')}.`].join('\n');
}

function lineOf({ severity, code, path, message, advice }: Found, terminal: Terminal): string {
  const head = `${terminal.style(STYLES[severity], severity)} ${code} at ${path || 'the document'}`;
  // A blank page has a hundred of these, and there is nothing more to say of each.
  return code === 'to-do' ? head : `${head}\n  ${message}\n  ${advice}`;
}

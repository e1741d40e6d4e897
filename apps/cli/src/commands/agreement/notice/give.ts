import type { Command } from 'commander';
import {
  allSignatories,
  freezeNotice,
  signNotice,
  type FrozenNotice,
  type Notice,
} from '@concordat/agreement';
import type { JsonObject } from '@concordat/record';
import { BrokerClient } from '../../../client/broker-client.js';
import { readCredentials } from '../../../client/credentials.js';
import { requireRegistered } from '../../../client/registered-for.js';
import { readSigningKey } from '../../../documents/key-file.js';
import { answer, type AnswerOptions } from '../../../terminal/answer.js';
import { AnswerIsNo } from '../../../terminal/exit-code.js';
import type { Terminal } from '../../../terminal/terminal.js';
import { requireYes } from '../../../terminal/yes.js';
import { standingInWords } from '../../../verification/standing-in-words.js';
import type { Subject, SubjectOptions } from '../../../verification/subject.js';

/** The options of every notice. */
export interface NoticeOptions extends AnswerOptions, SubjectOptions {
  readonly because: string;
  readonly key: string;
  readonly party: string;
  readonly role: string;
  readonly yes?: true;
}

/** Gives a command the argument and the options of every notice. */
export const noticeOptions = (command: Command): Command =>
  command
    .argument('<agreement>', 'its name, with --credentials; or a file: a bundle, or the agreement')
    .requiredOption('--because <sentence>', 'the reason, for the other parties to read')
    .requiredOption('--key <file>', 'your private key')
    .requiredOption('--party <agency>', 'the agency that you sign for')
    .requiredOption('--role <role>', 'your role as a signatory')
    .option('--version <number>', 'the version that it is about')
    .option('--credentials <file>', 'send the notice with these credentials; without them it is printed')
    .option('--yes', 'do not ask before signing');

/**
 * Makes a notice, signs it here, and sends it; without credentials prints it.
 *
 * @param more the members that a notice of this kind has beyond those of every notice
 */
export async function giveNotice(
  terminal: Terminal,
  options: NoticeOptions,
  { frozen: { agreement, digest } }: Subject,
  more: { readonly kind: Notice['kind'] } & JsonObject,
): Promise<void> {
  const { party, role, because } = options;
  if (!allSignatories(agreement).includes(`${party}/${role}`))
    throw new AnswerIsNo(
      `Version ${agreement.version} names nobody who signs for ${party} as ${role}. It names: ${allSignatories(agreement).join(', ')}.`,
    );
  const key = await readSigningKey(terminal, options.key);
  const client =
    options.credentials === undefined
      ? undefined
      : new BrokerClient(readCredentials(options.credentials, terminal));
  if (client !== undefined) requireRegistered(await client.keys(party), { kid: key.kid, party, role });
  const notice = freezeNotice({
    notice: '1.0',
    agreement: { id: agreement.id, version: agreement.version, digest },
    party,
    role,
    time: new Date().toISOString(),
    because,
    ...more,
  });
  terminal.tell(whatIsSigned(notice));
  if (options.yes !== true) await requireYes(terminal, 'Do you sign this notice?');
  const signature = await signNotice(notice, key.kid, key);
  if (client === undefined) {
    terminal.write(`${JSON.stringify({ text: notice.text, signature })}\n`);
    return;
  }
  await client.sendNotice(notice.notice, signature);
  const { standing } = await client.overview(agreement.id);
  answer(
    terminal,
    options,
    { notice: notice.digest, standing },
    [`The notice has been given: ${notice.digest}`, ...standingInWords(standing)].join('\n'),
  );
}

/** What a signatory sees before signing. */
function whatIsSigned({ notice, digest }: FrozenNotice): string {
  const { agreement, party, role, because } = notice;
  const lines = [
    `You sign a notice for ${party} as ${role}: ${WHAT[notice.kind]}`,
    `Agreement: ${agreement.id}, version ${agreement.version} (${agreement.digest})`,
    `Because:   ${because}`,
  ];
  if (notice.kind === 'resume') lines.push(...notice.lifts.map((lifted) => `Lifts:     ${lifted}`));
  if (notice.kind === 'terminate') lines.push(`Ends:      ${notice.effective}`);
  if (notice.kind === 'review') lines.push(`Review by: ${notice.reviewBy}`);
  return [...lines, `Notice:    ${digest}`, ''].join('\n');
}

const WHAT: Readonly<Record<Notice['kind'], string>> = {
  suspend: 'the sharing stops at once.',
  resume: 'you consent that the sharing goes on.',
  terminate: 'the agreement ends.',
  reject: 'this version is not to come into force.',
  review: 'you consent to a later review date.',
};

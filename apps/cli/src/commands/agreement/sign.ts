import { Command } from 'commander';
import { allSignatories, renderAgreement, signAgreement, type FrozenAgreement } from '@concordat/agreement';
import type { AgreementView } from '../../client/answers.js';
import { BrokerClient } from '../../client/broker-client.js';
import { readCredentials } from '../../client/credentials.js';
import { requireRegistered } from '../../client/registered-for.js';
import { readAgreement } from '../../documents/agreement-file.js';
import { readSigningKey } from '../../documents/key-file.js';
import { shortAnswerOf } from '../../documents/short-answer.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import { AnswerIsNo } from '../../terminal/exit-code.js';
import type { Terminal } from '../../terminal/terminal.js';
import { requireYes } from '../../terminal/yes.js';

interface SignOptions extends AnswerOptions {
  readonly key: string;
  readonly party: string;
  readonly role: string;
  readonly credentials?: string;
  readonly yes?: true;
}

/** `concordat agreement sign`: with one's own key, here. */
export function signCommand(terminal: Terminal): Command {
  const command = new Command('sign')
    .description('Sign an agreement with your own key. The key does not leave this machine.')
    .argument('<file>', 'the agreement, JSON; "-" for standard input')
    .requiredOption('--key <file>', 'your private key')
    .requiredOption('--party <agency>', 'the agency that you sign for')
    .requiredOption('--role <role>', 'your role as a signatory')
    .option('--credentials <file>', 'send the signature with these credentials; without them it is printed')
    .option('--yes', 'do not ask whether you have read the text')
    .action(async (file: string, options: SignOptions) => {
      const frozen = readAgreement(terminal, file);
      const { party, role } = options;
      requireNamed(frozen, party, role);
      const key = await readSigningKey(terminal, options.key);
      const client =
        options.credentials === undefined
          ? undefined
          : new BrokerClient(readCredentials(options.credentials, terminal));
      if (client !== undefined) requireRegistered(await client.keys(party), { kid: key.kid, party, role });
      terminal.tell(whatIsSigned(frozen, party, role));
      if (options.yes !== true) await requireYes(terminal, 'Have you read the text, and do you sign it?');
      const time = new Date().toISOString();
      const signature = await signAgreement(frozen, { party, role, kid: key.kid, time }, key);
      if (client === undefined) {
        const { id, version } = frozen.agreement;
        const agreement = { id, version, digest: frozen.digest };
        terminal.write(`${JSON.stringify({ agreement, ...signature })}\n`);
        return;
      }
      const view = await client.sign(frozen.agreement.id, frozen.agreement.version, signature);
      answer(terminal, options, view, outcomeOf(view));
    });
  return answering(command, [
    'concordat agreement sign agreement.json --key my-signing-key.json --party pensions --role legal \\',
    '    --credentials my-credentials.json',
    'concordat agreement sign agreement.json --key my-signing-key.json --party pensions --role legal > signature.json',
  ]);
}

function requireNamed({ agreement }: FrozenAgreement, party: string, role: string): void {
  const signatories = allSignatories(agreement);
  if (!signatories.includes(`${party}/${role}`))
    throw new AnswerIsNo(
      `The agreement names nobody who signs for ${party} as ${role}. It names: ${signatories.join(', ')}.`,
    );
}

/** What a signatory sees before signing: the text in short, and the digests that the signature covers. */
function whatIsSigned({ agreement, digest }: FrozenAgreement, party: string, role: string): string {
  const { text, digest: textDigest } = renderAgreement(agreement);
  return [
    shortAnswerOf(text),
    '',
    `You sign ${agreement.id}, version ${agreement.version}, for ${party} as ${role}.`,
    `Document: ${digest}`,
    `Text:     ${textDigest}`,
    'Read the whole text with "concordat agreement text".',
    '',
  ].join('\n');
}

function outcomeOf({ id, version, missing }: AgreementView): string {
  const rest =
    missing.length === 0 ? 'Everyone who must has signed.' : `Still to sign: ${missing.join(', ')}`;
  return `Signed ${id}, version ${version}.\n${rest}`;
}

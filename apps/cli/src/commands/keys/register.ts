import { Command, Option } from 'commander';
import { toPublicJwk, type KeyUse } from '@concordat/agreement';
import { BrokerClient } from '../../client/broker-client.js';
import { agencyOf, readCredentials } from '../../client/credentials.js';
import { vouchedKey } from '../../client/vouch.js';
import { readSigningKey } from '../../documents/key-file.js';
import { readObject } from '../../documents/read.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import { WrongUse } from '../../terminal/exit-code.js';
import { toMoment } from '../../terminal/moment.js';
import type { Terminal } from '../../terminal/terminal.js';

interface RegisterOptions extends AnswerOptions {
  readonly use: KeyUse;
  readonly role: string;
  readonly agency?: string;
  readonly validUntil?: string;
  readonly vouchWith?: string;
  readonly vouchRole?: string;
  readonly credentials: string;
}

/** `concordat keys register`: the public half of a key, for one use in one role. */
export function registerCommand(terminal: Terminal): Command {
  const command = new Command('register')
    .description('Register a public key for a role of your agency. The private half stays with you.')
    .argument('<file>', 'the public key (….pub.json); "-" for standard input')
    .addOption(
      new Option('--use <use>', 'signing: for agreements; authentication: to sign in to the broker')
        .choices(['signing', 'authentication'])
        .makeOptionMandatory(),
    )
    .requiredOption('--role <role>', 'the signatory’s role, as agreements name it, or the role of the client')
    .option('--agency <agency>', 'the agency whose key it is; else the one that the credentials are for')
    .option('--valid-until <time>', 'the key is not good for anything that is signed after this')
    .option(
      '--vouch-with <file>',
      'a private signing key that your agency has registered, to vouch for this one; needed for all but the first',
    )
    .option('--vouch-role <role>', 'the role of that key; else the role of the new one')
    .requiredOption('--credentials <file>', 'the credentials of your legal team')
    .action(async (file: string, options: RegisterOptions) => {
      const value = readObject(terminal, file);
      if ('d' in value)
        throw new WrongUse(
          `${file} is a private key: it must never leave you. Register its other half, ….pub.json.`,
        );
      const jwk = toPublicJwk(value);
      const credentials = readCredentials(options.credentials, terminal);
      const agency = options.agency ?? agencyOf(credentials);
      const { use, role, validUntil } = options;
      const until = validUntil === undefined ? {} : { validUntil: toMoment(validUntil) };
      const vouching = await vouchingKey(terminal, options);
      const key = await new BrokerClient(credentials).registerKey(
        agency,
        vouching === undefined
          ? { jwk, use, role, ...until }
          : await vouchedKey(agency, { jwk, role, ...until }, vouching),
      );
      answer(
        terminal,
        options,
        key,
        `Registered for ${agency}: ${use}, in the role ${role}.\nName (kid): ${key.kid}`,
      );
    });
  return answering(command, [
    'concordat keys register next-key.pub.json --use signing --role legal --vouch-with my-signing-key.json \\',
    '    --credentials my-credentials.json',
    'concordat keys register my-signing-key.pub.json --use signing --role legal --credentials my-credentials.json',
  ]);
}

/** Every signing key but an agency's first is vouched for by one that the agency has already. */
async function vouchingKey(
  terminal: Terminal,
  { use, role, vouchWith, vouchRole = role }: RegisterOptions,
): Promise<Parameters<typeof vouchedKey>[2] | undefined> {
  if (vouchWith === undefined) return undefined;
  if (use !== 'signing') throw new WrongUse('Only a signing key is vouched for: leave --vouch-with out.');
  return { role: vouchRole, privateKey: await readSigningKey(terminal, vouchWith) };
}

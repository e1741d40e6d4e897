import { Command } from 'commander';
import { isKeyUsable, kidOf, type EndorsedKey } from '@concordat/agreement';
import { BrokerClient } from '../../client/broker-client.js';
import { readCredentials } from '../../client/credentials.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import type { Terminal } from '../../terminal/terminal.js';

/** `concordat keys list`: an agency's public keys, the revoked ones too. */
export function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('List an agency’s public keys, with those that ran out or were revoked.')
    .argument('<agency>', 'the agency')
    .requiredOption('--credentials <file>', 'your credentials')
    .action(async (agency: string, options: AnswerOptions & { readonly credentials: string }) => {
      const keys = await new BrokerClient(readCredentials(options.credentials, terminal)).keys(agency);
      const now = new Date().toISOString();
      answer(terminal, options, { agency, keys }, keys.map((key) => linesOf(key, now)).join('\n'));
    });
  return answering(command, ['concordat keys list pensions --credentials my-credentials.json']);
}

function linesOf(key: EndorsedKey, now: string): string {
  const { kid, use, role, validFrom, validUntil, revokedAt, compromisedSince, endorsement } = key;
  const lines = [
    `${kid}  ${use}, ${role}${isKeyUsable(key, now) ? '' : '  NOT USABLE'}`,
    `  valid from ${validFrom}${validUntil === undefined ? '' : ` until ${validUntil}`}`,
  ];
  if (endorsement !== undefined) lines.push(`  vouched for by ${kidOf(endorsement)}`);
  if (revokedAt !== undefined) lines.push(`  revoked at ${revokedAt}`);
  if (compromisedSince !== undefined) lines.push(`  may have been in other hands since ${compromisedSince}`);
  return lines.join('\n');
}

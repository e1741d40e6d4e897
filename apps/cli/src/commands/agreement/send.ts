import { Command } from 'commander';
import { readFrozenNotice } from '@concordat/agreement';
import { BrokerClient } from '../../client/broker-client.js';
import { readCredentials } from '../../client/credentials.js';
import { isSignedNotice, toOfflineSignature, toSignedNotice } from '../../documents/signed-offline.js';
import { readObject } from '../../documents/read.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import type { Terminal } from '../../terminal/terminal.js';

/** `concordat agreement send`: what was signed on a machine that does not reach the broker. */
export function sendCommand(terminal: Terminal): Command {
  const command = new Command('send')
    .description('Send a signature or a notice that was made offline, as "sign" and "notice" print it.')
    .argument('<file>', 'the signature or the notice, JSON; "-" for standard input')
    .requiredOption('--credentials <file>', 'the credentials of your legal team')
    .action(async (file: string, options: AnswerOptions & { readonly credentials: string }) => {
      const value = readObject(terminal, file);
      const client = new BrokerClient(readCredentials(options.credentials, terminal));
      if (isSignedNotice(value)) {
        const { text, signature } = toSignedNotice(value, file);
        const { notice, digest } = readFrozenNotice(text);
        const view = await client.sendNotice(notice, signature);
        answer(terminal, options, view, `The notice has been given: ${digest}`);
        return;
      }
      const { agreement, ...signature } = toOfflineSignature(value, file);
      const view = await client.sign(agreement.id, agreement.version, signature);
      const still =
        view.missing.length === 0
          ? 'Everyone who must has signed.'
          : `Still to sign: ${view.missing.join(', ')}`;
      answer(terminal, options, view, `Sent to ${agreement.id}, version ${agreement.version}.\n${still}`);
    });
  return answering(command, ['concordat agreement send signature.json --credentials my-credentials.json']);
}

import { Command } from 'commander';
import { digestOfText } from '@concordat/record';
import { BrokerClient } from '../../client/broker-client.js';
import { readCredentials } from '../../client/credentials.js';
import { writeNew, writeNewText } from '../../documents/write-new.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import type { Terminal } from '../../terminal/terminal.js';
import { toVersion } from '../../terminal/version.js';

interface FetchOptions extends AnswerOptions {
  readonly version?: string;
  readonly out: string;
  readonly credentials: string;
}

/** `concordat agreement fetch`: to read, to sign, or to verify offline and for ever. */
export function fetchCommand(terminal: Terminal): Command {
  const command = new Command('fetch')
    .description(
      'Fetch an agreement from the broker: all of it as a bundle, with signatures, notices and public keys; or the bytes of one version.',
    )
    .argument('<agreement>', 'its name')
    .option('--version <number>', 'only the document of this version, to read and to sign')
    .requiredOption('--out <file>', 'where it is written; "-" for standard output')
    .requiredOption('--credentials <file>', 'your credentials')
    .action(async (id: string, options: FetchOptions) => {
      const client = new BrokerClient(readCredentials(options.credentials, terminal));
      const { out, version } = options;
      const told = await (version === undefined
        ? fetchBundle(terminal, client, id, out)
        : fetchDocument(terminal, client, id, toVersion(version), out));
      if (out !== '-') answer(terminal, options, { id, out, ...told }, told.text);
    });
  return answering(command, [
    'concordat agreement fetch death-notification-pensions --out bundle.json --credentials my-credentials.json',
    'concordat agreement fetch death-notification-pensions --version 1 --out agreement.json \\',
    '    --credentials my-credentials.json',
  ]);
}

async function fetchBundle(terminal: Terminal, client: BrokerClient, id: string, out: string) {
  writeNew(terminal, out, await client.bundle(id));
  return { text: `Written to ${out}. Verify it offline: concordat agreement verify ${out}` };
}

async function fetchDocument(
  terminal: Terminal,
  client: BrokerClient,
  id: string,
  version: number,
  out: string,
) {
  const text = await client.document(id, version);
  writeNewText(terminal, out, text);
  const digest = digestOfText(text);
  return { digest, text: `Written to ${out}.\nDigest: ${digest}` };
}

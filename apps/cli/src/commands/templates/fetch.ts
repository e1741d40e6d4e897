import { Command } from 'commander';
import { digestOfText } from '@concordat/record';
import { BrokerClient } from '../../client/broker-client.js';
import { readCredentials } from '../../client/credentials.js';
import { writeNewText } from '../../documents/write-new.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import type { Terminal } from '../../terminal/terminal.js';
import { toVersion } from '../../terminal/version.js';

interface FetchOptions extends AnswerOptions {
  readonly out: string;
  readonly credentials: string;
}

/** `concordat templates fetch`: the exact bytes of a template. */
export function fetchCommand(terminal: Terminal): Command {
  const command = new Command('fetch')
    .description('Fetch a template from the broker, to make agreements from it.')
    .argument('<template>', 'its name')
    .argument('<version>', 'its version')
    .requiredOption('--out <file>', 'where it is written; "-" for standard output')
    .requiredOption('--credentials <file>', 'your credentials')
    .action(async (id: string, version: string, options: FetchOptions) => {
      const client = new BrokerClient(readCredentials(options.credentials, terminal));
      const text = await client.templateDocument(id, toVersion(version));
      const { out } = options;
      writeNewText(terminal, out, text);
      const digest = digestOfText(text);
      const next = `Written to ${out}. Next: concordat agreement new values.json --template ${out}`;
      if (out !== '-') answer(terminal, options, { id, out, digest }, next);
    });
  return answering(command, [
    'concordat templates fetch death-notification 1 --out template.json --credentials my-credentials.json',
  ]);
}

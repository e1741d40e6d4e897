import { Command } from 'commander';
import { BrokerClient } from '../client/broker-client.js';
import { readCredentials } from '../client/credentials.js';
import { readJson } from '../documents/read.js';
import { EXIT, type End } from '../terminal/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';

/** `concordat publish`: one event or a list of them. */
export function publishCommand(terminal: Terminal, end: End): Command {
  return new Command('publish')
    .description('Publish a CloudEvents event, or a list of them.')
    .argument('<file>', 'the event or events, JSON; "-" for standard input')
    .requiredOption('--credentials <file>', 'the credentials of your system')
    .action(async (file: string, { credentials }: { credentials: string }) => {
      const client = new BrokerClient(readCredentials(credentials, terminal));
      const value = readJson(terminal, file);
      if (!Array.isArray(value)) {
        terminal.write(`${JSON.stringify(await client.publish(value as object))}\n`);
        return;
      }
      const { results } = await client.publishBatch(value as object[]);
      for (const result of results) terminal.write(`${JSON.stringify(result)}\n`);
      if (results.some(({ status }) => status !== 202)) end(EXIT.refused);
    });
}

import { Command } from 'commander';
import { BrokerClient } from '../client/broker-client.js';
import { readCredentials, readJson } from '../client/credentials.js';

/** `concordat publish`: one event or a list of them. */
export function publishCommand(): Command {
  return new Command('publish')
    .description('Publish a CloudEvents event, or a list of them.')
    .argument('<file>', 'the event or events, JSON; "-" for standard input')
    .requiredOption('--credentials <file>', 'the credentials of your system')
    .action(async (file: string, { credentials }: { credentials: string }) => {
      const client = new BrokerClient(readCredentials(credentials));
      const value = readJson(file);
      if (!Array.isArray(value)) {
        process.stdout.write(`${JSON.stringify(await client.publish(value as object))}\n`);
        return;
      }
      const { results } = await client.publishBatch(value as object[]);
      for (const result of results) process.stdout.write(`${JSON.stringify(result)}\n`);
      if (results.some(({ status }) => status !== 202)) process.exitCode = 1;
    });
}

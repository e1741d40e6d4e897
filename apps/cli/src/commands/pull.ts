import { Command } from 'commander';
import { BrokerClient } from '../client/broker-client.js';
import { readCredentials } from '../client/credentials.js';
import type { Terminal } from '../terminal/terminal.js';

interface PullOptions {
  readonly credentials: string;
  readonly after: string;
  readonly limit: string;
  readonly wait: string;
  readonly acknowledge?: true;
}

/** `concordat pull`: what is in your agency's mailbox. */
export function pullCommand(terminal: Terminal): Command {
  return new Command('pull')
    .description('Print the disclosures after a cursor, one JSON object on each line.')
    .requiredOption('--credentials <file>', 'the credentials of your system')
    .option('--after <cursor>', 'where to begin; 0 is the beginning', '0')
    .option('--limit <number>', 'at most so many', '100')
    .option('--wait <seconds>', 'wait so long for something to come', '0')
    .option('--acknowledge', 'tell the broker that they have been received')
    .action(async ({ credentials, after, limit, wait, acknowledge }: PullOptions) => {
      const client = new BrokerClient(readCredentials(credentials, terminal));
      const { deliveries, next } = await client.pull(after, Number(limit), Number(wait));
      for (const delivery of deliveries) terminal.write(`${JSON.stringify(delivery)}\n`);
      if (acknowledge === true && deliveries.length > 0) await client.acknowledge(next);
      terminal.tell(`${deliveries.length} received. The next cursor is ${next}.\n`);
    });
}

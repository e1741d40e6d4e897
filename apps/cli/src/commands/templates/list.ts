import { Command } from 'commander';
import { BrokerClient } from '../../client/broker-client.js';
import { readCredentials } from '../../client/credentials.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import type { Terminal } from '../../terminal/terminal.js';

/** `concordat templates list`: what agreements can be made from. */
export function listCommand(terminal: Terminal): Command {
  const command = new Command('list')
    .description('List the templates that the broker keeps.')
    .requiredOption('--credentials <file>', 'your credentials')
    .action(async (options: AnswerOptions & { readonly credentials: string }) => {
      const templates = await new BrokerClient(readCredentials(options.credentials, terminal)).templates();
      const lines = templates.map(({ id, version, title }) => `${id}, version ${version}: ${title}`);
      answer(terminal, options, { templates }, lines.length === 0 ? 'None.' : lines.join('\n'));
    });
  return answering(command, ['concordat templates list --credentials my-credentials.json']);
}

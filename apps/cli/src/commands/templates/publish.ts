import { Command } from 'commander';
import { freezeTemplate } from '@concordat/agreement';
import { BrokerClient } from '../../client/broker-client.js';
import { readCredentials } from '../../client/credentials.js';
import { readObject } from '../../documents/read.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import type { Terminal } from '../../terminal/terminal.js';

/** `concordat templates publish`: for everyone to make agreements from. */
export function publishCommand(terminal: Terminal): Command {
  const command = new Command('publish')
    .description('Publish a template, for everyone to make agreements from. From then on its text is fixed.')
    .argument('<file>', 'the template, JSON; "-" for standard input')
    .requiredOption('--credentials <file>', 'the credentials of your legal team')
    .action(async (file: string, options: AnswerOptions & { readonly credentials: string }) => {
      const value = readObject(terminal, file);
      const { template, digest } = freezeTemplate(value);
      const client = new BrokerClient(readCredentials(options.credentials, terminal));
      const view = await client.publishTemplate(value);
      answer(
        terminal,
        options,
        view,
        `Published ${template.id}, version ${template.version}.\nDigest: ${digest}`,
      );
    });
  return answering(command, ['concordat templates publish template.json --credentials my-credentials.json']);
}

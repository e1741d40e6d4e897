import { Command } from 'commander';
import { BrokerClient } from '../../client/broker-client.js';
import { readCredentials } from '../../client/credentials.js';
import { readAgreement } from '../../documents/agreement-file.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import type { Terminal } from '../../terminal/terminal.js';

/** `concordat agreement propose`: fixes the text and shows it to the parties. */
export function proposeCommand(terminal: Terminal): Command {
  const command = new Command('propose')
    .description('Propose an agreement to its parties. From then on its text is fixed.')
    .argument('<file>', 'the agreement, JSON; "-" for standard input')
    .requiredOption('--credentials <file>', 'the credentials of your legal team')
    .action(async (file: string, options: AnswerOptions & { readonly credentials: string }) => {
      const { agreement, digest } = readAgreement(terminal, file);
      const view = await new BrokerClient(readCredentials(options.credentials, terminal)).propose(agreement);
      const { id, version } = agreement;
      answer(
        terminal,
        options,
        view,
        [
          `Proposed ${id}, version ${version}.`,
          `Digest: ${digest}`,
          `Still to sign: ${view.missing.join(', ')}`,
        ].join('\n'),
      );
    });
  return answering(command, ['concordat agreement propose draft.json --credentials my-credentials.json']);
}

import { Command } from 'commander';
import { readAgreement } from '../../documents/agreement-file.js';
import { answering, type AnswerOptions } from '../../terminal/answer.js';
import type { Terminal } from '../../terminal/terminal.js';

/** `concordat agreement freeze`: the bytes that are signed. */
export function freezeCommand(terminal: Terminal): Command {
  const command = new Command('freeze')
    .description('Print the canonical bytes of an agreement: those that are signed, and that "verify" needs.')
    .argument('<file>', 'the agreement, JSON; "-" for standard input')
    .action((file: string, { json }: AnswerOptions) => {
      const { agreement, text, digest } = readAgreement(terminal, file);
      const { id, version } = agreement;
      // The bytes themselves are the answer: not even an end of line may follow them.
      terminal.write(json === true ? `${JSON.stringify({ id, version, digest, text })}\n` : text);
      if (json !== true) terminal.tell(`Digest: ${digest}\n`);
    });
  return answering(command, ['concordat agreement freeze draft.json > agreement.json']);
}

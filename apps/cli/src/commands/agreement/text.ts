import { Command } from 'commander';
import { renderAgreement } from '@concordat/agreement';
import { readAgreement } from '../../documents/agreement-file.js';
import { answer, answering, type AnswerOptions } from '../../terminal/answer.js';
import type { Terminal } from '../../terminal/terminal.js';

/** `concordat agreement text`: the agreement in plain English. */
export function textCommand(terminal: Terminal): Command {
  const command = new Command('text')
    .description('Print an agreement in plain English: the text that every signature names.')
    .argument('<file>', 'the agreement, JSON; "-" for standard input')
    .option('--html', 'print a page for a browser')
    .action((file: string, options: AnswerOptions & { readonly html?: true }) => {
      const { agreement, digest } = readAgreement(terminal, file);
      const rendered = renderAgreement(agreement);
      const value = { agreement: { id: agreement.id, version: agreement.version, digest }, ...rendered };
      answer(terminal, options, value, options.html === true ? rendered.html : rendered.text);
    });
  return answering(command, [
    'concordat agreement text draft.json',
    'concordat agreement text draft.json --html > draft.html',
  ]);
}

import { AnswerIsNo, WrongUse } from './exit-code.js';
import type { Terminal } from './terminal.js';

/** Asks a person to say yes. @throws AnswerIsNo when they do not; WrongUse where nobody sits who could be asked */
export async function requireYes(terminal: Terminal, question: string): Promise<void> {
  if (!terminal.interactive)
    throw new WrongUse(
      'Nobody can be asked here, and nothing was signed. Run this in a terminal, or add --yes.',
    );
  const said = await terminal.ask(`${question} Type yes to go on: `);
  if (said.trim().toLowerCase() !== 'yes') throw new AnswerIsNo('Nothing was signed.');
}

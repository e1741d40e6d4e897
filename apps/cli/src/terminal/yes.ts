import { AnswerIsNo } from './exit-code.js';
import type { Terminal } from './terminal.js';

/** Asks a person to say yes; where nobody sits, goes on. @throws AnswerIsNo */
export async function requireYes(terminal: Terminal, question: string): Promise<void> {
  if (!terminal.interactive) return;
  const said = await terminal.ask(`${question} Type yes to go on: `);
  if (said.trim().toLowerCase() !== 'yes') throw new AnswerIsNo('Nothing was signed.');
}

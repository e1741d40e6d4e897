import type { Command } from 'commander';
import type { Terminal } from './terminal.js';

/** The options of every command that answers. */
export interface AnswerOptions {
  readonly json?: true;
}

/** Gives a command `--json`, and examples at the end of its help. */
export function answering(command: Command, examples: readonly string[]): Command {
  return command
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n${examples.map((line) => `  ${line}`).join('\n')}`);
}

/** Prints the answer: as JSON on one line if that was asked for, else as text. */
export function answer(terminal: Terminal, { json }: AnswerOptions, value: unknown, text: string): void {
  terminal.write(json === true ? `${JSON.stringify(value)}\n` : withNewline(text));
}

const withNewline = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';

/** How a word is drawn, where colours are shown at all. */
export type Style = 'good' | 'bad' | 'caution' | 'strong';

/** What a command speaks to and listens to. A test gives its own. */
export interface Terminal {
  /** Whether a person sits here who can be asked. */
  readonly interactive: boolean;
  /** The answer: standard output. */
  write(text: string): void;
  /** What is said beside the answer: standard error. */
  tell(text: string): void;
  /** All of standard input. @throws when it has been read already */
  readInput(): Buffer;
  /** Asks the person; the question is said beside the answer. */
  ask(question: string): Promise<string>;
  /** Draws a word of the answer, if whoever reads it sees colours. */
  style(style: Style, text: string): string;
}

const FORMATS = { good: 'green', bad: 'red', caution: 'yellow', strong: 'bold' } as const;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  let read = false;
  return {
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    write: (text) => void process.stdout.write(text),
    tell: (text) => void process.stderr.write(text),
    readInput: () => {
      if (read) throw new Error('it can be read only once: give a file in one of the places');
      read = true;
      return readFileSync(0);
    },
    ask: async (question) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
    // Shows colours to a terminal only, and heeds NO_COLOR.
    style: (style, text) => styleText(FORMATS[style], text, { stream: process.stdout }),
  };
}

import { writeFileSync } from 'node:fs';
import type { Json } from '@concordat/record';
import { WrongUse } from '../terminal/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';

/** Writes a JSON document to a file that is not there yet; `-` is standard output. @throws WrongUse */
export const writeNew = (terminal: Terminal, file: string, value: Json): void =>
  writeNewText(terminal, file, `${JSON.stringify(value, null, 2)}\n`);

/** Writes a text, as it is, to a file that is not there yet; `-` is standard output. @throws WrongUse */
export function writeNewText(terminal: Terminal, file: string, text: string): void {
  if (file === '-') {
    terminal.write(text);
    return;
  }
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new WrongUse(
      code === 'EEXIST'
        ? `${file} exists already. Choose another name: nothing is written over.`
        : `${file} cannot be written: ${message}.`,
    );
  }
}

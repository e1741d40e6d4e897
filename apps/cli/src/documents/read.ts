import { readFileSync } from 'node:fs';
import { BrokerError } from '@concordat/problem';
import { parseStrictText, type Json, type JsonObject } from '@concordat/record';
import { WrongUse } from '../terminal/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a file as text; `-` is standard input. @throws WrongUse */
export function readText(terminal: Terminal, file: string): string {
  let bytes: Buffer;
  try {
    bytes = file === '-' ? terminal.readInput() : readFileSync(file);
  } catch (error) {
    throw new WrongUse(`${nameOf(file)} cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}.`);
  }
  try {
    return utf8.decode(bytes);
  } catch {
    throw new WrongUse(`${nameOf(file)} cannot be read: it is not UTF-8. Save it as UTF-8.`);
  }
}

/**
 * Reads a file as strict JSON: what two readers could understand in two ways is refused. `-` is standard input.
 *
 * @throws WrongUse, with the line that is wrong
 */
export const readJson = (terminal: Terminal, file: string): Json =>
  parseNamed(nameOf(file), readText(terminal, file));

/** Reads a file as one JSON object. @throws WrongUse */
export function readObject(terminal: Terminal, file: string): JsonObject {
  const value = readJson(terminal, file);
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new WrongUse(`${nameOf(file)} does not hold a JSON object.`);
  return value;
}

/** What a file is called in a sentence. */
export const nameOf = (file: string): string => (file === '-' ? 'Standard input' : file);

/** Reads text as strict JSON. @throws WrongUse, with the line that is wrong */
export function parseNamed(name: string, text: string): Json {
  if (text.startsWith('\uFEFF'))
    throw new WrongUse(`${name} begins with a byte order mark. Save it as UTF-8 without one.`);
  try {
    return parseStrictText(text);
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    throw new WrongUse(`${name} cannot be read as JSON. ${withLines(error.message, text)}.`);
  }
}

/** People find a line in their editor, not the 7,312th character. */
const withLines = (message: string, text: string): string =>
  message.replaceAll(/character (\d+)/gu, (_, at: string) => {
    const before = text.slice(0, Number(at)).split('\n');
    return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  });

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'you may not read it';
  return message;
}

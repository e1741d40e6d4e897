import { isAscii, isUtf8 } from 'node:buffer';
import { toByteText, type ByteText } from '@concordat/record';
import type { Place } from './places.js';
import { Kind, NOWHERE, Scanner, SLOT } from './scanner.js';

/** One event at a time, as text, of which the places that were asked about can be found. */
export class EventText {
  readonly #scanner = new Scanner();
  #bytes: Buffer = Buffer.alloc(0);
  #text: ByteText = '';
  #isAscii = true;

  /** @returns the slot of the whole event, or `undefined` when the bytes must be parsed instead */
  read(bytes: Uint8Array, place: Place): number | undefined {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#isAscii = isAscii(bytes);
    if (!this.#isAscii && !isUtf8(bytes)) return undefined;
    this.#text = this.#bytes.toString('latin1');
    return this.#scanner.read(bytes, place);
  }

  kind(slot: number): number {
    return this.#scanner.tape[slot] as number;
  }

  /** The slot of an object's member; nowhere, when the object is not there or that member was not asked about. */
  member(object: number, index: number): number {
    const { tape } = this.#scanner;
    return tape[object] === Kind.object && index < (tape[object + 2] as number)
      ? (tape[object + 1] as number) + index * SLOT
      : NOWHERE;
  }

  /** The slot of a list's first element. */
  first(list: number): number {
    return this.kind(list) === Kind.list ? (this.#scanner.tape[list + 1] as number) : NOWHERE;
  }

  /** The slot of the element after this one; nowhere after the last. */
  next(element: number): number {
    return this.#scanner.tape[element + 3] as number;
  }

  isEmptyText(slot: number): boolean {
    const { tape } = this.#scanner;
    return tape[slot] === Kind.text && (tape[slot + 2] as number) - (tape[slot + 1] as number) === 2;
  }

  /** A scalar as `JSON.stringify` writes it. */
  json(slot: number): ByteText {
    const { tape } = this.#scanner;
    const text = this.#text.slice(tape[slot + 1], tape[slot + 2]);
    return tape[slot] === Kind.escapedText ? toByteText(JSON.stringify(JSON.parse(this.#utf8(slot)))) : text;
  }

  /** The value of a text. */
  string(slot: number): string {
    const { tape } = this.#scanner;
    if (tape[slot] === Kind.escapedText) return JSON.parse(this.#utf8(slot)) as string;
    const [start, end] = [(tape[slot + 1] as number) + 1, (tape[slot + 2] as number) - 1];
    return this.#isAscii ? this.#text.slice(start, end) : this.#bytes.toString('utf8', start, end);
  }

  /** The value of a number. */
  number(slot: number): number {
    const { tape } = this.#scanner;
    return Number(this.#text.slice(tape[slot + 1], tape[slot + 2]));
  }

  #utf8(slot: number): string {
    const { tape } = this.#scanner;
    return this.#bytes.toString('utf8', tape[slot + 1], tape[slot + 2]);
  }
}

import { BrokerError } from '@concordat/problem';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

/** Objects and arrays may nest this deep. */
export const MAX_DEPTH = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses JSON strictly: what two readers could understand in two ways is refused.
 *
 * @param body UTF-8 bytes
 * @throws BrokerError `malformed-json`, `duplicate-key`, `unsafe-number`, `forbidden-key` or `too-deep`;
 *   the message names a place, never a value
 */
export function parseStrict(body: Uint8Array): Json {
  return parseStrictText(decodeUtf8(body));
}

/** The same, for text that has been decoded already. */
export function parseStrictText(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

function decodeUtf8(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new BrokerError('malformed-json', 'The body is not valid UTF-8');
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;
/** The characters of a string up to its closing quote; the content is checked by JSON.parse. */
const STRING = /"[^"\\\u0000-\u001f]*(?:\\.[^"\\\u0000-\u001f]*)*"/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Json {
    this.#skipSpace();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(this.#deeper(depth));
      case '[':
        return this.#array(this.#deeper(depth));
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  end(): void {
    this.#skipSpace();
    if (this.#at !== this.#text.length) throw this.#malformed();
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = {};
    this.#at += 1;
    this.#skipSpace();
    if (this.#take('}')) return object;
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') throw this.#malformed();
      const start = this.#at;
      const name = this.#string();
      if (name === '__proto__') {
        throw new BrokerError(
          'forbidden-key',
          `The member at character ${start} may not be named "__proto__"`,
        );
      }
      if (Object.hasOwn(object, name)) {
        throw new BrokerError(
          'duplicate-key',
          `The member at character ${start} was named before in its object`,
        );
      }
      this.#skipSpace();
      if (!this.#take(':')) throw this.#malformed();
      object[name] = this.value(depth);
      this.#skipSpace();
      if (this.#take('}')) return object;
      if (!this.#take(',')) throw this.#malformed();
    }
  }

  #array(depth: number): Json[] {
    const array: Json[] = [];
    this.#at += 1;
    this.#skipSpace();
    if (this.#take(']')) return array;
    for (;;) {
      array.push(this.value(depth));
      this.#skipSpace();
      if (this.#take(']')) return array;
      if (!this.#take(',')) throw this.#malformed();
    }
  }

  #string(): string {
    const token = this.#match(STRING);
    if (token === undefined) throw this.#malformed();
    const value = this.#unescape(token);
    // RFC 8785 §3.2.2.2: a lone surrogate has no canonical form.
    if (!value.isWellFormed()) throw this.#malformed('a lone surrogate');
    return value;
  }

  #unescape(token: string): string {
    if (!token.includes('\\')) return token.slice(1, -1);
    try {
      return JSON.parse(token) as string;
    } catch {
      throw this.#malformed();
    }
  }

  #number(): number {
    const start = this.#at;
    const token = this.#match(NUMBER);
    if (token === undefined) throw this.#malformed();
    const value = Number(token);
    if (!isExact(token, value)) {
      throw new BrokerError('unsafe-number', `The number at character ${start} cannot be held exactly`);
    }
    return value;
  }

  #word<T extends Json>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#malformed();
    this.#at += word.length;
    return value;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0];
    this.#at += token?.length ?? 0;
    return token;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #deeper(depth: number): number {
    if (depth >= MAX_DEPTH)
      throw new BrokerError('too-deep', `The body is nested more than ${MAX_DEPTH} deep`);
    return depth + 1;
  }

  #malformed(what = 'something that is not JSON'): BrokerError {
    return new BrokerError('malformed-json', `There is ${what} at character ${this.#at}`);
  }
}

/** Whether writing the number again gives the decimal that was read, leading and trailing zeros aside. */
function isExact(token: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false;
  if (String(value) === token) return true;
  return sameDecimal(decimalOf(token), decimalOf(String(value)));
}

interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

function decimalOf(token: string): Decimal {
  const [mantissa = '', exponent = '0'] = token.replace(/^-/u, '').split(/[eE]/u);
  const [whole = '', fraction = ''] = mantissa.split('.');
  const unpadded = (whole + fraction).replace(/^0+/u, '');
  const digits = withoutTrailingZeros(unpadded);
  const scale = Number(exponent) - fraction.length + (unpadded.length - digits.length);
  return { negative: token.startsWith('-') && digits !== '', digits, exponent: digits === '' ? 0 : scale };
}

/** A loop, because /0+$/ takes quadratic time over a long run of zeros that is not at the end. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

const sameDecimal = (a: Decimal, b: Decimal): boolean =>
  a.negative === b.negative && a.digits === b.digits && a.exponent === b.exponent;

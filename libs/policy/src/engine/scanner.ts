import { nextHash, type Place } from './places.js';

/** What stands at a place of an event. */
export const Kind = {
  missing: 0,
  null: 1,
  true: 2,
  false: 3,
  number: 4,
  /** A text without any escape: what stands between the quotation marks is the text. */
  text: 5,
  escapedText: 6,
  object: 7,
  list: 8,
  emptyList: 9,
} as const;

/**
 * A place that was read is four numbers: its kind; where it starts and ends in the bytes, or for an object the first
 * slot of its members and how many there are, or for a list the slot of its first element; and the slot of the next
 * element of its list.
 */
export const SLOT = 4;
const START = 1;
const END = 2;
const NEXT = 3;
/** Always missing: the places of an object that is not there. */
export const NOWHERE = 0;

/** Positions are never negative, so this one says that the bytes are not as we write them. */
const DECLINED = -1;
/** Nesting that is passed over; deeper bytes are left to the parser. */
const MAX_DEPTH = 64;
/** Numbers on the tape. An event that needs more, with very long lists of objects, is left to the parser. */
const MAX_TAPE = 1 << 20;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const LOWER_E = 0x65;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Whole numbers of up to so many digits are written in one way only. */
const SURE_DIGITS = 15;

/**
 * Reads of JSON bytes only the places that are asked about, and checks that all the rest is JSON. It takes JSON as
 * `JSON.stringify` writes it and declines anything else (white space, a number in another spelling, a member named
 * twice where it looks); whoever calls it parses those bytes instead. So it is never wrong about what it takes.
 */
export class Scanner {
  /** The slots that were read; the first is {@link NOWHERE}. */
  tape = new Int32Array(1024);
  #top = SLOT;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  #escaped = false;
  readonly #stack = new Uint8Array(MAX_DEPTH);

  /** @returns the slot of the whole, or `undefined` when the bytes are declined */
  read(bytes: Uint8Array, place: Place): number | undefined {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.#top = SLOT;
    const slot = this.#allocate(1);
    return this.#value(0, slot, place) === this.#end ? slot : undefined;
  }

  /** Reads the value at a position into a slot. @returns the position after it */
  #value(at: number, slot: number, place: Place): number {
    const bytes = this.#bytes;
    const first = at < this.#end ? (bytes[at] as number) : 0;
    if (first === OPEN_OBJECT) {
      if (place.members.length > 0) return this.#object(at, slot, place);
      this.tape[slot] = Kind.object;
      return this.#skip(at);
    }
    if (first === OPEN_LIST) {
      const isEmpty = at + 1 < this.#end && bytes[at + 1] === CLOSE_LIST;
      this.tape[slot] = isEmpty ? Kind.emptyList : Kind.list;
      return place.element === undefined || isEmpty ? this.#skip(at) : this.#list(at, slot, place.element);
    }
    this.#escaped = false;
    const end = this.#scalar(at);
    if (end === DECLINED) return DECLINED;
    const kind = this.#kindOf(first, at, end);
    if (kind === undefined) return DECLINED;
    const { tape } = this;
    tape[slot] = kind;
    tape[slot + START] = at;
    tape[slot + END] = end;
    return end;
  }

  #kindOf(first: number, at: number, end: number): number | undefined {
    if (first === QUOTE) return this.#escaped ? Kind.escapedText : Kind.text;
    if (first === 0x74) return Kind.true;
    if (first === 0x66) return Kind.false;
    if (first === 0x6e) return Kind.null;
    return this.#isCanonicalNumber(at, end) ? Kind.number : undefined;
  }

  /** Reads the members that are asked about. */
  #object(at: number, slot: number, place: Place): number {
    const bytes = this.#bytes;
    const end = this.#end;
    const base = this.#allocate(place.members.length);
    if (base === DECLINED) return DECLINED;
    this.tape[slot] = Kind.object;
    this.tape[slot + START] = base;
    this.tape[slot + END] = place.members.length;
    let position = at + 1;
    if (position < end && bytes[position] === CLOSE_OBJECT) return position + 1;
    const { table } = place;
    for (;;) {
      if (position >= end || bytes[position] !== QUOTE) return DECLINED;
      position += 1;
      const start = position;
      let hash = 0;
      for (;;) {
        if (position >= end) return DECLINED;
        const byte = bytes[position] as number;
        if (byte === QUOTE) break;
        if (byte < 0x20 || byte === BACKSLASH) return DECLINED;
        hash = nextHash(hash, byte);
        position += 1;
      }
      const member = table.find(hash, bytes, start, position);
      position += 1;
      if (position >= end || bytes[position] !== COLON) return DECLINED;
      position += 1;
      if (member === undefined) {
        position = this.#skip(position);
      } else {
        const inner = base + member.index * SLOT;
        if (this.tape[inner] !== Kind.missing) return DECLINED;
        position = this.#value(position, inner, member);
      }
      if (position === DECLINED || position >= end) return DECLINED;
      const after = bytes[position];
      position += 1;
      if (after === CLOSE_OBJECT) return position;
      if (after !== COMMA) return DECLINED;
    }
  }

  /** Reads the elements into slots that are linked to one another. */
  #list(at: number, slot: number, element: Place): number {
    const bytes = this.#bytes;
    let position = at + 1;
    let link = slot + START;
    for (;;) {
      const inner = this.#allocate(1);
      if (inner === DECLINED) return DECLINED;
      this.tape[link] = inner;
      link = inner + NEXT;
      position = this.#value(position, inner, element);
      if (position === DECLINED || position >= this.#end) return DECLINED;
      const after = bytes[position];
      position += 1;
      if (after === CLOSE_LIST) return position;
      if (after !== COMMA) return DECLINED;
    }
  }

  /** Passes over a value of any kind, and sees that it is JSON. */
  #skip(at: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    const stack = this.#stack;
    let depth = 0;
    let position = at;
    for (;;) {
      if (position >= end) return DECLINED;
      const first = bytes[position];
      if (first === OPEN_OBJECT || first === OPEN_LIST) {
        const close = first === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST;
        if (position + 1 < end && bytes[position + 1] === close) {
          position += 2;
        } else {
          if (depth === MAX_DEPTH) return DECLINED;
          stack[depth] = close;
          depth += 1;
          position = first === OPEN_OBJECT ? this.#name(position + 1) : position + 1;
          if (position === DECLINED) return DECLINED;
          continue;
        }
      } else {
        position = this.#scalar(position);
        if (position === DECLINED) return DECLINED;
      }
      for (;;) {
        if (depth === 0) return position;
        if (position >= end) return DECLINED;
        const close = stack[depth - 1];
        const after = bytes[position];
        position += 1;
        if (after === close) {
          depth -= 1;
          continue;
        }
        if (after !== COMMA) return DECLINED;
        if (close === CLOSE_OBJECT) position = this.#name(position);
        if (position === DECLINED) return DECLINED;
        break;
      }
    }
  }

  /** Passes over a member's name and the colon. */
  #name(at: number): number {
    if (at >= this.#end || this.#bytes[at] !== QUOTE) return DECLINED;
    const position = this.#text(at);
    if (position === DECLINED || position >= this.#end || this.#bytes[position] !== COLON) return DECLINED;
    return position + 1;
  }

  #scalar(at: number): number {
    if (at >= this.#end) return DECLINED;
    switch (this.#bytes[at]) {
      case QUOTE:
        return this.#text(at);
      case 0x74:
        return this.#word(at, TRUE);
      case 0x66:
        return this.#word(at, FALSE);
      case 0x6e:
        return this.#word(at, NULL);
      default:
        return this.#number(at);
    }
  }

  #text(at: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    for (let position = at + 1; position < end; position += 1) {
      const byte = bytes[position] as number;
      if (byte === QUOTE) return position + 1;
      if (byte < 0x20) return DECLINED;
      if (byte === BACKSLASH) {
        this.#escaped = true;
        position = this.#escape(position + 1);
        if (position === DECLINED) return DECLINED;
      }
    }
    return DECLINED;
  }

  /** @returns the position of the last byte of an escape */
  #escape(at: number): number {
    const bytes = this.#bytes;
    if (at >= this.#end) return DECLINED;
    const byte = bytes[at] as number;
    if (byte !== 0x75) return SIMPLE_ESCAPES.includes(byte) ? at : DECLINED;
    if (at + 4 >= this.#end) return DECLINED;
    for (let index = 1; index <= 4; index += 1) if (!isHex(bytes[at + index] as number)) return DECLINED;
    // Surrogates, of which one alone is no character.
    const isD = ((bytes[at + 1] as number) | 0x20) === 0x64;
    return isD && (bytes[at + 2] as number) > 0x37 ? DECLINED : at + 4;
  }

  #word(at: number, word: Uint8Array): number {
    const end = at + word.length;
    if (end > this.#end) return DECLINED;
    for (let index = 1; index < word.length; index += 1)
      if (this.#bytes[at + index] !== word[index]) return DECLINED;
    return end;
  }

  #number(at: number): number {
    const bytes = this.#bytes;
    let position = bytes[at] === MINUS ? at + 1 : at;
    const start = position;
    position = this.#digits(position);
    if (position === start || (bytes[start] === ZERO && position > start + 1)) return DECLINED;
    if (position < this.#end && bytes[position] === DOT) {
      const fraction = position + 1;
      position = this.#digits(fraction);
      if (position === fraction) return DECLINED;
    }
    if (position < this.#end && ((bytes[position] as number) | 0x20) === LOWER_E) {
      let exponent = position + 1;
      if (exponent < this.#end && (bytes[exponent] === MINUS || bytes[exponent] === 0x2b)) exponent += 1;
      position = this.#digits(exponent);
      if (position === exponent) return DECLINED;
    }
    return position;
  }

  #digits(at: number): number {
    const bytes = this.#bytes;
    let position = at;
    while (position < this.#end && (bytes[position] as number) >= ZERO && (bytes[position] as number) <= NINE)
      position += 1;
    return position;
  }

  /** Whether a number is written as JavaScript writes it, so that its bytes can be passed on. */
  #isCanonicalNumber(at: number, end: number): boolean {
    const bytes = this.#bytes;
    if (end - at <= SURE_DIGITS && bytes[at] !== MINUS && this.#digits(at) === end) return true;
    const text = Buffer.from(bytes.subarray(at, end)).toString('latin1');
    return String(Number(text)) === text;
  }

  /** Room for slots, all missing. @returns the first one */
  #allocate(count: number): number {
    const slot = this.#top;
    const top = slot + count * SLOT;
    if (top > this.tape.length) {
      if (top > MAX_TAPE) return DECLINED;
      const larger = new Int32Array(Math.max(top, this.tape.length * 2));
      larger.set(this.tape);
      this.tape = larger;
    }
    for (let index = slot; index < top; index += 1) this.tape[index] = Kind.missing;
    this.#top = top;
    return slot;
  }
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');
const SIMPLE_ESCAPES = Buffer.from('"\\/bfnrt');

const isHex = (byte: number): boolean =>
  (byte >= ZERO && byte <= NINE) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

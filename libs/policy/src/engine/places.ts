/**
 * The places of an event that some program asks about, as a tree. The scanner looks at these and passes over all
 * else, so what nobody may have is never so much as copied.
 */
export class Place {
  /** The members of an object that are asked about, by name. */
  readonly members: Place[] = [];
  /** What is asked about each element of a list. */
  element: Place | undefined;
  /** The member's name in UTF-8 JSON without its quotation marks. */
  readonly name: Uint8Array;
  /** The slot of this member among those of its object. */
  readonly index: number;
  /** Different for each place: two places may have the same name in schemas that differ. */
  readonly number: number;
  readonly #numbers: { last: number };
  readonly #byName = new Map<string, Place>();
  #table: MemberTable | undefined;

  constructor(name = '', index = 0, numbers = { last: 0 }) {
    this.name = Buffer.from(JSON.stringify(name).slice(1, -1));
    this.index = index;
    this.#numbers = numbers;
    numbers.last += 1;
    this.number = numbers.last;
  }

  member(name: string): Place {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const member = new Place(name, this.members.length, this.#numbers);
    this.members.push(member);
    this.#byName.set(name, member);
    this.#table = undefined;
    return member;
  }

  elements(): Place {
    return (this.element ??= new Place('', 0, this.#numbers));
  }

  /** The members by the hash of their names. */
  get table(): MemberTable {
    return (this.#table ??= new MemberTable(this.members));
  }
}

/** One step of {@link nameHash}. */
export const nextHash = (hash: number, byte: number): number => (Math.imul(hash, 31) + byte) | 0;

export function nameHash(name: Uint8Array): number {
  let hash = 0;
  for (const byte of name) hash = nextHash(hash, byte);
  return hash;
}

/** Finds a member by its name in the bytes of an event, without making a string of it. */
class MemberTable {
  /** Open addressing: a place of the table holds a member or nothing. */
  readonly #places: (Place | undefined)[];
  readonly #hashes: Int32Array;
  readonly #mask: number;

  constructor(members: readonly Place[]) {
    let size = 4;
    while (size < members.length * 2) size *= 2;
    this.#mask = size - 1;
    this.#places = Array.from({ length: size }, () => undefined);
    this.#hashes = new Int32Array(size);
    for (const member of members) {
      const hash = nameHash(member.name);
      let at = hash & this.#mask;
      while (this.#places[at] !== undefined) at = (at + 1) & this.#mask;
      this.#places[at] = member;
      this.#hashes[at] = hash;
    }
  }

  /** The member whose name stands in the bytes from `start` up to `end`. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): Place | undefined {
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      const member = this.#places[at];
      if (member === undefined) return undefined;
      if (this.#hashes[at] === hash && isName(member.name, bytes, start, end)) return member;
    }
  }
}

function isName(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let index = 0; index < name.length; index += 1) if (name[index] !== bytes[start + index]) return false;
  return true;
}

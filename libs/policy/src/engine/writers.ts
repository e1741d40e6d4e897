import type { Form } from '@concordat/agreement';
import { ageBand, band, coarserDate, initial, postcodeArea, postcodeDistrict } from '../values/generalise.js';
import { pseudonym } from '../values/secrets.js';
import { FormFailure } from '../program/form-failure.js';
import { someField, type Leaf, type ProgramNode } from '../program/program.js';
import { toByteText, type ByteText, type EventText } from './event-text.js';
import type { Place } from './places.js';
import { Kind } from './scanner.js';

/** JSON; nothing, because nothing is there; or why it failed. */
export type Written = ByteText | undefined | FormFailure;

/** Writes what passes of one place, of whichever event was read. */
export interface Writer {
  write(slot: number): Written;
}

/** Which leaves gave something of the event at hand. */
export class Given {
  readonly #events: number[] = [];
  #event = 0;

  nextEvent(): void {
    this.#event += 1;
  }

  /** The number of the event at hand. */
  get event(): number {
    return this.#event;
  }

  /** @returns the number of a new leaf */
  add(): number {
    return this.#events.push(0) - 1;
  }

  mark(leaf: number): void {
    this.#events[leaf] = this.#event;
  }

  has(leaf: number): boolean {
    return this.#events[leaf] === this.#event;
  }
}

/** The leaves of a projection by the granted field that they come from. */
export type Leaves = Map<string, number[]>;

/** What writers of one recipient's names need besides the program. */
export type KeyOf = (domain: string, epoch: number) => Uint8Array;

/**
 * Makes writers of programs. Two programs that release the same of the same place share one writer, which then
 * writes once for each event however many recipients there are.
 */
export class WriterMaker {
  readonly #event: EventText;
  readonly #given: Given;
  readonly #made = new Map<string, Made>();

  constructor(event: EventText, given: Given) {
    this.#event = event;
    this.#given = given;
  }

  /**
   * @param isRepeated whether the place is in a list, so that it is written many times for each event
   * @param owner of pseudonyms: recipients with different keys share nothing that contains any
   * @param leaves grows by those of this node
   */
  make(node: ProgramNode, place: Place, isRepeated: boolean, owner: Owner, leaves: Leaves): SharedWriter {
    // All elements of a list have one place; which positions are meant, their leaves' fields say.
    const name = JSON.stringify([place.number, keyOf(node, owner.name)]);
    const known = this.#made.get(name);
    const made = known ?? this.#compile(node, place, isRepeated, owner);
    if (known === undefined) this.#made.set(name, made);
    for (const [field, numbers] of made.leaves) {
      const list = leaves.get(field);
      if (list === undefined) leaves.set(field, [...numbers]);
      else for (const number of numbers) list.push(number);
    }
    return made.writer;
  }

  #compile(node: ProgramNode, place: Place, isRepeated: boolean, owner: Owner): Made {
    const leaves: Leaves = new Map();
    const writer = this.#writerOf(node, place, isRepeated, owner, leaves);
    return { writer: new SharedWriter(writer, this.#given), leaves };
  }

  #writerOf(node: ProgramNode, place: Place, isRepeated: boolean, owner: Owner, leaves: Leaves): Writer {
    /** What is written many times for each event cannot be kept until the next. */
    const inner = (member: ProgramNode, at: Place, inList: boolean): Writer => {
      const writer = this.make(member, at, inList, owner, leaves);
      return inList ? writer.plain : writer;
    };
    switch (node.kind) {
      case 'leaf': {
        const leaf = this.#given.add();
        leaves.set(node.field, [leaf]);
        return leafWriter(node, leaf, this.#event, this.#given, owner);
      }
      case 'object': {
        const members = [...node.members].map(([name, member]) => {
          const at = place.member(name);
          const written = toByteText(`${JSON.stringify(name)}:`);
          return { index: at.index, name: written, writer: inner(member, at, isRepeated) };
        });
        return new ObjectWriter(members, this.#event, someField(node));
      }
      case 'list': {
        const element = inner(node.element, place.elements(), true);
        return new ListWriter(() => element, false, this.#event, someField(node));
      }
      case 'pick': {
        const elements = new Map(
          [...node.elements].map(([position, element]) => [position, inner(element, place.elements(), true)]),
        );
        return new ListWriter((position) => elements.get(position), true, this.#event, someField(node));
      }
    }
  }
}

/** Whose pseudonyms a writer makes. */
export interface Owner {
  /** The same for two programs only if their keys are the same. */
  readonly name: string;
  readonly keyOf: KeyOf;
}

interface Made {
  readonly writer: SharedWriter;
  readonly leaves: Leaves;
}

/** What a node releases, as a text that is the same for the same. Pseudonyms are their owner's. */
function keyOf(node: ProgramNode, owner: string): unknown {
  switch (node.kind) {
    case 'leaf':
      return ['leaf', node.field, node.form, ...(isPseudonym(node.form) ? [owner] : [])];
    case 'object':
      return ['object', ...[...node.members].map(([name, member]) => [name, keyOf(member, owner)])];
    case 'list':
      return ['list', keyOf(node.element, owner)];
    case 'pick':
      return ['pick', ...[...node.elements].map(([position, element]) => [position, keyOf(element, owner)])];
  }
}

const isPseudonym = (form: Form): boolean => typeof form === 'object' && 'pseudonym' in form;

/** Keeps what was written until the next event, for the next program that asks. */
export class SharedWriter implements Writer {
  readonly plain: Writer;
  readonly #given: Given;
  #event = 0;
  #written: Written;

  constructor(plain: Writer, given: Given) {
    this.plain = plain;
    this.#given = given;
  }

  write(slot: number): Written {
    const { event } = this.#given;
    if (this.#event === event) return this.#written;
    this.#event = event;
    return (this.#written = this.plain.write(slot));
  }
}

interface MemberWriter {
  readonly index: number;
  /** With the colon. */
  readonly name: ByteText;
  readonly writer: Writer;
}

class ObjectWriter implements Writer {
  readonly #members: readonly MemberWriter[];
  readonly #event: EventText;
  readonly #field: string;

  constructor(members: readonly MemberWriter[], event: EventText, field: string) {
    this.#members = members;
    this.#event = event;
    this.#field = field;
  }

  write(slot: number): Written {
    const kind = this.#event.kind(slot);
    if (kind > Kind.null && kind !== Kind.object) return new FormFailure(this.#field);
    let text = '';
    for (const { index, name, writer } of this.#members) {
      const written = writer.write(this.#event.member(slot, index));
      if (written === undefined) continue;
      if (typeof written !== 'string') return written;
      text += (text === '' ? '{' : ',') + name + written;
    }
    // An object that is there but of which nothing passes does not show that it is there.
    return text === '' ? undefined : `${text}}`;
  }
}

class ListWriter implements Writer {
  readonly #writerAt: (position: number) => Writer | undefined;
  /** Only some positions pass: then nothing shows that the list is there, unless one of them gives something. */
  readonly #isPick: boolean;
  readonly #event: EventText;
  readonly #field: string;

  constructor(
    writerAt: (position: number) => Writer | undefined,
    isPick: boolean,
    event: EventText,
    field: string,
  ) {
    this.#writerAt = writerAt;
    this.#isPick = isPick;
    this.#event = event;
    this.#field = field;
  }

  write(slot: number): Written {
    const kind = this.#event.kind(slot);
    if (kind <= Kind.null) return undefined;
    if (kind !== Kind.list && kind !== Kind.emptyList) return new FormFailure(this.#field);
    let text = '';
    let position = 0;
    for (let element = this.#event.first(slot); element !== 0; element = this.#event.next(element)) {
      const written = this.#writerAt(position)?.write(element);
      position += 1;
      if (written === undefined) continue;
      if (typeof written !== 'string') return written;
      text += (text === '' ? '[' : ',') + written;
    }
    if (text === '') return this.#isPick ? undefined : '[]';
    return `${text}]`;
  }
}

/** A leaf’s writer: each form has its own, so that nothing is asked twice on the hot path. */
function leafWriter(
  { field, form }: Leaf,
  leaf: number,
  event: EventText,
  given: Given,
  owner: Owner,
): Writer {
  if (form === 'presence') {
    return {
      write(slot) {
        given.mark(leaf);
        const kind = event.kind(slot);
        const isThere = kind > Kind.null && kind !== Kind.emptyList && !event.isEmptyText(slot);
        return isThere ? 'true' : 'false';
      },
    };
  }
  const failed = new FormFailure(field);
  const inForm = formWriter(form, event, owner);
  return {
    write(slot) {
      const kind = event.kind(slot);
      if (kind === Kind.missing) return undefined;
      // The schema said that this is a scalar; anything else could hold what nobody granted.
      if (kind >= Kind.object) return failed;
      const written = kind === Kind.null ? 'null' : inForm(slot, kind);
      if (written === undefined) return failed;
      given.mark(leaf);
      return written;
    },
  };
}

type InForm = (slot: number, kind: number) => ByteText | undefined;

/** Writes a scalar that is there in a form; `undefined` when it cannot be given in that form. */
function formWriter(form: Exclude<Form, 'presence'>, event: EventText, owner: Owner): InForm {
  if (form === 'clear') return (slot) => event.json(slot);
  if ('pseudonym' in form) {
    const key = owner.keyOf(form.pseudonym, form.epoch ?? 1);
    return (slot, kind) => {
      if (kind === Kind.true || kind === Kind.false) return undefined;
      return `"${pseudonym(kind === Kind.number ? String(event.number(slot)) : event.string(slot), key)}"`;
    };
  }
  switch (form.generalise) {
    case 'band':
      return ofNumber(event, (value) => band(value, form.width));
    case 'age-band':
      return ofNumber(event, (value) => ageBand(value, form.from));
    case 'postcode-district':
      return ofText(event, postcodeDistrict);
    case 'postcode-area':
      return ofText(event, postcodeArea);
    case 'month':
      return ofText(event, (value) => coarserDate(value, 'month'));
    case 'year':
      return ofText(event, (value) => coarserDate(value, 'year'));
    case 'initial':
      return ofText(event, initial);
  }
}

const ofNumber =
  (event: EventText, give: (value: number) => string | undefined): InForm =>
  (slot, kind) =>
    kind === Kind.number ? quoted(give(event.number(slot))) : undefined;

const ofText =
  (event: EventText, give: (value: string) => string | undefined): InForm =>
  (slot, kind) =>
    kind === Kind.text || kind === Kind.escapedText ? quoted(give(event.string(slot))) : undefined;

const quoted = (text: string | undefined): ByteText | undefined =>
  text === undefined ? undefined : toByteText(JSON.stringify(text));

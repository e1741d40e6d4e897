import type { Form } from '@concordat/agreement';
import { FormFailure } from '../program/form-failure.js';
import { someField, type ProgramNode } from '../program/program.js';
import { ageBand, band, coarserDate, initial, postcodeArea, postcodeDistrict } from '../values/generalise.js';
import { pseudonym } from '../values/secrets.js';
import { toByteText, type ByteText } from '@concordat/record';
import type { EventText } from './event-text.js';
import type { Place } from './places.js';
import { Kind, NOWHERE } from './scanner.js';

/** JSON; nothing, because nothing is there; or why it failed. */
export type Written = ByteText | undefined | FormFailure;

/** The leaves of a program by the granted field that they come from. */
export type Leaves = Map<string, number[]>;

/** Whose pseudonyms are made. */
export interface Owner {
  /** The same for two programs only if their keys are the same. */
  readonly name: string;
  readonly keyOf: (domain: string, epoch: number) => Uint8Array;
}

/**
 * What is written of one place. One shape for all kinds of places, and one function that looks at the kind: where
 * each kind had a function of its own, the run-time could no longer tell which one is called, and took twice the time.
 */
export interface Step {
  readonly kind: 'clear' | 'presence' | 'form' | 'object' | 'list' | 'pick';
  /** Which granted field fails, when it fails here. */
  readonly failure: FormFailure;
  /** Of a leaf: its number, under which it is remembered that it gave something. */
  readonly leaf: number;
  /** Of a leaf in another form than `clear` and `presence`. */
  readonly inForm: InForm | undefined;
  /** Of an object: its members. */
  readonly members: readonly Member[];
  /** Of a list: what is written of each element. */
  readonly element: Step | undefined;
  /** Of a list of which only some positions pass. */
  readonly positions: ReadonlyMap<number, Step> | undefined;
  /** Whether the place is met once at most in an event, so that what was written can be kept until the next. */
  readonly isKept: boolean;
  keptFor: number;
  kept: Written;
}

interface Member {
  /** Its slot among those of the object. */
  readonly index: number;
  /** With the colon. */
  readonly name: ByteText;
  readonly step: Step;
}

/** A scalar that is there, in a form; `undefined` when it cannot be given in that form. */
type InForm = (slot: number, kind: number) => ByteText | undefined;

/**
 * Writes what passes of an event. Two programs that release the same of the same place share one step, which is then
 * written once for each event however many recipients there are.
 */
export class Writer {
  readonly #event: EventText;
  readonly #made = new Map<string, { readonly step: Step; readonly leaves: Leaves }>();
  /** For each leaf the last event of which it gave something. */
  readonly #gave: number[] = [];
  /** The number of the event at hand. */
  #at = 1;

  constructor(event: EventText) {
    this.#event = event;
  }

  /** To be called between two events. */
  nextEvent(): void {
    this.#at += 1;
  }

  /** The number of the event at hand: never 0, and never the same again. */
  get at(): number {
    return this.#at;
  }

  /** Whether one of these leaves gave something of the event at hand. */
  gave(leaves: readonly number[]): boolean {
    for (const leaf of leaves) if (this.#gave[leaf] === this.#at) return true;
    return false;
  }

  /**
   * Prepares what a node of a program releases.
   *
   * @param isRepeated whether the place is in a list, so that it is met many times in an event
   * @param owner of pseudonyms: recipients with different keys share nothing that contains any
   * @param leaves grows by those of this node
   */
  prepare(node: ProgramNode, place: Place, isRepeated: boolean, owner: Owner, leaves: Leaves): Step {
    // All elements of a list have one place; which positions are meant, their leaves' fields say.
    const name = JSON.stringify([place.number, keyOf(node, owner.name)]);
    const made = this.#made.get(name) ?? this.#prepareNew(node, place, isRepeated, owner);
    this.#made.set(name, made);
    for (const [field, numbers] of made.leaves) {
      const list = leaves.get(field);
      if (list === undefined) leaves.set(field, [...numbers]);
      else for (const number of numbers) list.push(number);
    }
    return made.step;
  }

  /** @returns what passes of a slot; `undefined` when nothing is there */
  write(step: Step, slot: number): Written {
    if (!step.isKept) return this.#write(step, slot);
    if (step.keptFor !== this.#at) {
      step.kept = this.#write(step, slot);
      step.keptFor = this.#at;
    }
    return step.kept;
  }

  #write(step: Step, slot: number): Written {
    const event = this.#event;
    const kind = event.kind(slot);
    switch (step.kind) {
      case 'presence':
        this.#gave[step.leaf] = this.#at;
        return kind > Kind.null && kind !== Kind.emptyList && !event.isEmptyText(slot) ? 'true' : 'false';
      case 'clear':
      case 'form':
        return this.#writeLeaf(step, slot, kind);
      case 'object':
        return this.#writeObject(step, slot, kind);
      case 'list':
      case 'pick':
        return this.#writeList(step, slot, kind);
    }
  }

  #writeLeaf(step: Step, slot: number, kind: number): Written {
    if (kind === Kind.missing) return undefined;
    // The schema said that this is a scalar; anything else could hold what nobody granted.
    if (kind >= Kind.object) return step.failure;
    const written = this.#inForm(step, slot, kind);
    if (written === undefined) return step.failure;
    this.#gave[step.leaf] = this.#at;
    return written;
  }

  #inForm({ inForm }: Step, slot: number, kind: number): ByteText | undefined {
    if (kind === Kind.null) return 'null';
    return inForm === undefined ? this.#event.json(slot) : inForm(slot, kind);
  }

  #writeObject(step: Step, slot: number, kind: number): Written {
    if (kind > Kind.null && kind !== Kind.object) return step.failure;
    let text = '';
    for (const member of step.members) {
      const written = this.write(member.step, this.#event.member(slot, member.index));
      if (written === undefined) continue;
      if (typeof written !== 'string') return written;
      text += (text === '' ? '{' : ',') + member.name + written;
    }
    // An object that is there but of which nothing passes does not show that it is there.
    return text === '' ? undefined : `${text}}`;
  }

  #writeList(step: Step, slot: number, kind: number): Written {
    if (kind <= Kind.null) return undefined;
    if (kind !== Kind.list && kind !== Kind.emptyList) return step.failure;
    let text = '';
    let position = 0;
    for (let at = this.#event.first(slot); at !== NOWHERE; at = this.#event.next(at)) {
      const inner = step.element ?? step.positions?.get(position);
      position += 1;
      if (inner === undefined) continue;
      const written = this.write(inner, at);
      if (written === undefined) continue;
      if (typeof written !== 'string') return written;
      text += (text === '' ? '[' : ',') + written;
    }
    if (text !== '') return `${text}]`;
    // Positions that give nothing do not show that the list is there; of a whole list, its being empty is granted.
    return step.kind === 'pick' ? undefined : '[]';
  }

  #prepareNew(node: ProgramNode, place: Place, isRepeated: boolean, owner: Owner) {
    const leaves: Leaves = new Map();
    const failure = new FormFailure(someField(node));
    const isKept = !isRepeated;
    const step = { ...NOTHING, failure, isKept, ...this.#partsOf(node, place, isRepeated, owner, leaves) };
    return { step, leaves };
  }

  #partsOf(
    node: ProgramNode,
    place: Place,
    isRepeated: boolean,
    owner: Owner,
    leaves: Leaves,
  ): Pick<Step, 'kind'> & Partial<Step> {
    switch (node.kind) {
      case 'leaf': {
        const leaf = this.#gave.push(0) - 1;
        leaves.set(node.field, [leaf]);
        if (node.form === 'presence' || node.form === 'clear') return { kind: node.form, leaf };
        return { kind: 'form', leaf, inForm: formWriter(node.form, this.#event, owner) };
      }
      case 'object': {
        const members = [...node.members].map(([name, member]) => {
          const at = place.member(name);
          const step = this.prepare(member, at, isRepeated, owner, leaves);
          return { index: at.index, name: toByteText(`${JSON.stringify(name)}:`), step };
        });
        return { kind: 'object', members };
      }
      case 'list':
        return {
          kind: 'list',
          element: this.prepare(node.element, place.elements(), true, owner, leaves),
        };
      case 'pick': {
        const positions = [...node.elements].map(
          ([position, element]) =>
            [position, this.prepare(element, place.elements(), true, owner, leaves)] as const,
        );
        return { kind: 'pick', positions: new Map(positions) };
      }
    }
  }
}

/** A step with all its parts, so that every step has the same shape. */
const NOTHING = {
  kind: 'clear',
  failure: new FormFailure(''),
  leaf: 0,
  inForm: undefined,
  members: [],
  element: undefined,
  positions: undefined,
  isKept: false,
  keptFor: 0,
  kept: undefined,
} as const satisfies Step;

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

function formWriter(form: Exclude<Form, 'presence' | 'clear'>, event: EventText, owner: Owner): InForm {
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

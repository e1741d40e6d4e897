import type { Program } from '../program/program.js';
import type { WithheldReason } from '../reasons.js';
import { pseudonymKey, type Secret } from '../values/secrets.js';
import { toByteText, type ByteText } from '@concordat/record';
import type { EventText } from './event-text.js';
import type { Place } from './places.js';
import { compileRowTest, type RowsHold } from './row-tests.js';
import { Writer, type Leaves, type Owner, type Step } from './writers.js';

/** What of an event passes, whoever gets it. */
export type Projected =
  | {
      readonly outcome: 'released';
      readonly attributes: ByteText;
      readonly data: ByteText;
      readonly fields: readonly string[];
    }
  | { readonly outcome: 'withheld'; readonly reason: WithheldReason; readonly field?: string };

interface Branch {
  gave?: Branch;
  gaveNot?: Branch;
  list?: readonly string[];
}

/** So many are kept for a projection: a publisher can leave out what it likes, each time something else. */
const KEPT_BRANCHES = 10_000;

/** Makes projections; programs that release the same of the same rows share one. */
export class ProjectionMaker {
  readonly #event: EventText;
  readonly #root: Place;
  readonly #secret: Secret;
  readonly #writer: Writer;
  readonly #rows = new Map<string, RowsHold>();
  readonly #made = new Map<string, Projection>();

  constructor(event: EventText, root: Place, secret: Secret) {
    this.#event = event;
    this.#root = root;
    this.#secret = secret;
    this.#writer = new Writer(event);
  }

  /** To be called between two events. */
  nextEvent(): void {
    this.#writer.nextEvent();
  }

  make(program: Program): Projection {
    const { rows, fields } = program;
    const owner = this.#ownerOf(program);
    const leaves: Leaves = new Map();
    const attributes = program.attributes.map((leaf) => {
      const place = this.#root.member(leaf.field);
      return {
        index: place.index,
        name: toByteText(`${JSON.stringify(leaf.field)}:`),
        step: this.#writer.prepare(leaf, place, false, owner, leaves),
      };
    });
    const place = this.#root.member('data');
    const data = this.#writer.prepare(program.data, place, false, owner, leaves);
    const parts = [rows, attributes.map(({ step }) => this.#numberOf(step)), this.#numberOf(data), fields];
    const name = JSON.stringify(parts);
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const projection = new Projection(this.#event, this.#writer, {
      rows: rows && this.#rowsHold(JSON.stringify(rows), () => compileRowTest(rows, place, this.#event)),
      attributes,
      data,
      dataIndex: place.index,
      fields: fields.map(({ field }) => ({ field, leaves: [...new Set(leaves.get(field))] })),
    });
    this.#made.set(name, projection);
    return projection;
  }

  readonly #numbers = new Map<Step, number>();
  #numberOf(step: Step): number {
    const number = this.#numbers.get(step) ?? this.#numbers.size;
    this.#numbers.set(step, number);
    return number;
  }

  /** One answer for each event, however many grants have the same condition. */
  #rowsHold(name: string, compile: () => RowsHold): RowsHold {
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    const compiled = compile();
    let event = 0;
    let answer: ReturnType<RowsHold> = 'unknown';
    const shared: RowsHold = (data) => {
      if (event === this.#writer.at) return answer;
      event = this.#writer.at;
      return (answer = compiled(data));
    };
    this.#rows.set(name, shared);
    return shared;
  }

  #ownerOf({ agreement: { id: agreement }, recipient }: Program): Owner {
    return {
      name: JSON.stringify([agreement, recipient]),
      keyOf: (domain, epoch) => pseudonymKey({ agreement, recipient }, domain, epoch, this.#secret),
    };
  }
}

interface Parts {
  readonly rows: RowsHold | undefined;
  readonly attributes: readonly {
    readonly index: number;
    readonly name: ByteText;
    readonly step: Step;
  }[];
  readonly data: Step;
  readonly dataIndex: number;
  readonly fields: readonly { readonly field: string; readonly leaves: readonly number[] }[];
}

/** The rows and the fields of one or more programs. */
export class Projection {
  readonly #event: EventText;
  readonly #writer: Writer;
  readonly #parts: Parts;
  /** Lists of fields, by which of them gave something: each field in turn leads one way or the other. */
  #lists: Branch = {};
  #branches = 0;
  #at = 0;
  #projected: Projected = ROWS_NOT_MET;

  constructor(event: EventText, writer: Writer, parts: Parts) {
    this.#event = event;
    this.#writer = writer;
    this.#parts = parts;
  }

  /** @param slot of the event at hand */
  project(slot: number): Projected {
    const { at } = this.#writer;
    if (this.#at !== at) {
      this.#at = at;
      this.#projected = this.#project(slot);
    }
    return this.#projected;
  }

  #project(slot: number): Projected {
    const { rows, attributes, data, dataIndex } = this.#parts;
    const place = this.#event.member(slot, dataIndex);
    if (rows !== undefined && rows(place) !== true) return ROWS_NOT_MET;
    let members = '';
    for (const { index, name, step } of attributes) {
      const written = this.#writer.write(step, this.#event.member(slot, index));
      if (written === undefined) continue;
      if (typeof written !== 'string') return formFailed(written.field);
      members += `${name}${written},`;
    }
    const written = this.#writer.write(data, place);
    if (written !== undefined && typeof written !== 'string') return formFailed(written.field);
    return { outcome: 'released', attributes: members, data: written ?? '{}', fields: this.#fields() };
  }

  /** The granted fields that gave something: one array for all events of which the same fields did. */
  #fields(): readonly string[] {
    const { fields } = this.#parts;
    let branch = this.#lists;
    for (const { leaves } of fields) {
      const gave = this.#writer.gave(leaves);
      branch = (gave ? branch.gave : branch.gaveNot) ?? this.#grow(branch, gave);
    }
    return (branch.list ??= fields.flatMap((one) => (this.#writer.gave(one.leaves) ? [one.field] : [])));
  }

  #grow(branch: Branch, gave: boolean): Branch {
    this.#branches += 1;
    if (this.#branches > KEPT_BRANCHES) {
      this.#branches = 0;
      this.#lists = {};
    }
    const grown = {};
    if (gave) branch.gave = grown;
    else branch.gaveNot = grown;
    return grown;
  }
}

const ROWS_NOT_MET: Projected = { outcome: 'withheld', reason: 'rows-not-met' };
const formFailed = (field: string): Projected => ({ outcome: 'withheld', reason: 'form-failed', field });

import {
  pointerOf,
  pointerTokens,
  shapeOf,
  type CloudEvent,
  type Json,
  type JsonObject,
} from '@concordat/record';
import { RESERVED } from '../program/compile.js';
import type { Program, ProgramNode, RowTest } from '../program/program.js';
import type { PlaceWithheld } from './explanation.js';

/** Everything of an event that has a value and that the grant does not list: where it is, never what it is. */
export function placesWithheld(
  program: Program,
  event: CloudEvent,
  schema: JsonObject | undefined,
): PlaceWithheld[] {
  const walk = new Walk(program, schema);
  walk.visit(event.data, program.data, schema, []);
  return [...attributesWithheld(program, event), ...walk.withheld];
}

/** Attributes whose names say nothing of a record: those of CloudEvents 1.0 and of its documented extensions. */
const WELL_KNOWN = new Set([
  'source',
  'subject',
  'time',
  'partitionkey',
  'traceparent',
  'tracestate',
  'sequence',
  'sequencetype',
  'sampledrate',
  'recordedtime',
  'expirytime',
  'correlationid',
  'causationid',
  'severitytext',
  'severitynumber',
  'authtype',
  'authid',
  'dataref',
  'deprecated',
]);

function attributesWithheld({ attributes, leftOut }: Program, event: CloudEvent): PlaceWithheld[] {
  const granted = new Set(attributes.map(({ field }) => field));
  const names = Object.keys(event).filter(
    (name) => !granted.has(name) && !RESERVED.has(name) && hasValue(event[name] as Json),
  );
  const because = new Map(leftOut.map((left) => [left.field, left.because]));
  const places = names.map((place): PlaceWithheld => {
    const why = because.get(place);
    if (why === undefined && !WELL_KNOWN.has(place)) return { in: 'attributes', place: '', why: 'not-known' };
    return { in: 'attributes', place, why: 'not-granted', ...(why !== undefined && { because: why }) };
  });
  const unknown = places.findIndex(({ why }) => why === 'not-known');
  return places.filter(({ why }, index) => why === 'not-granted' || index === unknown);
}

class Walk {
  readonly #found = new Map<string, PlaceWithheld>();
  readonly #root: JsonObject | undefined;
  /** Each place that the grant mentions, by its tokens. */
  readonly #mentioned: readonly (readonly string[])[];
  readonly #leftOut: readonly { readonly tokens: readonly string[]; readonly because: string }[];

  constructor({ fields, leftOut, rows }: Program, schema: JsonObject | undefined) {
    this.#root = schema;
    const pointers = [...fields, ...leftOut]
      .map(({ field }) => field)
      .filter((field) => field.startsWith('/'));
    this.#mentioned = [...pointers.map(pointerTokens), ...placesIn(rows)];
    this.#leftOut = leftOut
      .filter(({ field }) => field.startsWith('/'))
      .map(({ field, because }) => ({ tokens: pointerTokens(field), because }));
  }

  get withheld(): PlaceWithheld[] {
    return [...this.#found.values()];
  }

  /**
   * @param node what passes of the value; `undefined` for nothing
   * @param schema of the value, as far as it is known
   */
  visit(
    value: Json,
    node: ProgramNode | undefined,
    schema: JsonObject | undefined,
    path: readonly string[],
  ): void {
    if (node?.kind === 'leaf' || !hasValue(value)) return;
    if (typeof value !== 'object' || value === null) this.#add(path, 'not-granted');
    else if (Array.isArray(value)) this.#visitList(value, node, schema, path);
    else this.#visitObject(value, node, schema, path);
  }

  #visitList(
    value: readonly Json[],
    node: ProgramNode | undefined,
    schema: JsonObject | undefined,
    path: readonly string[],
  ): void {
    const shape = this.#shapeOf(schema);
    const inner = shape?.kind === 'list' ? shape.element : undefined;
    value.forEach((element, index) => {
      const picked = node?.kind === 'pick' ? node.elements.get(index) : undefined;
      // How long a list is, is not told: only positions that the grant names have a number here.
      const token = picked === undefined ? '*' : String(index);
      this.visit(element, node?.kind === 'list' ? node.element : picked, inner, [...path, token]);
    });
  }

  #visitObject(
    value: JsonObject,
    node: ProgramNode | undefined,
    schema: JsonObject | undefined,
    path: readonly string[],
  ): void {
    const shape = this.#shapeOf(schema);
    const members = shape?.kind === 'object' ? shape.members : undefined;
    for (const [name, member] of Object.entries(value)) {
      const inner = node?.kind === 'object' ? node.members.get(name) : undefined;
      const isKnown =
        inner !== undefined || members?.has(name) === true || this.#isMentioned([...path, name]);
      if (isKnown) this.visit(member, inner, members?.get(name), [...path, name]);
      else if (hasValue(member)) this.#add(path, 'not-known');
    }
  }

  #shapeOf(schema: JsonObject | undefined): ReturnType<typeof shapeOf> | undefined {
    return this.#root === undefined || schema === undefined ? undefined : shapeOf(this.#root, schema);
  }

  #isMentioned(path: readonly string[]): boolean {
    return this.#mentioned.some(
      (tokens) => isWithin(tokens.slice(0, path.length), path) && tokens.length >= path.length,
    );
  }

  #add(path: readonly string[], why: PlaceWithheld['why']): void {
    const place = pointerOf(path);
    const key = `${why} ${place}`;
    if (this.#found.has(key)) return;
    const covering = this.#leftOut.filter(
      ({ tokens }) => tokens.length <= path.length && isWithin(tokens, path),
    );
    // The closest of several.
    const [closest] = covering.toSorted((one, other) => other.tokens.length - one.tokens.length);
    this.#found.set(key, {
      in: 'data',
      place,
      why,
      ...(closest !== undefined && { because: closest.because }),
    });
  }
}

/** Whether a way begins with these tokens, of which `*` stands for each element of a list. */
const isWithin = (tokens: readonly string[], path: readonly string[]): boolean =>
  tokens.every(
    (token, index) => token === path[index] || (token === '*' && POSITION.test(path[index] ?? '')),
  );

const POSITION = /^\d+$/u;

function placesIn(test: RowTest | undefined): string[][] {
  if (test === undefined) return [];
  if ('place' in test) return [test.place.map(String)];
  if ('not' in test) return placesIn(test.not);
  return ('all' in test ? test.all : test.any).flatMap(placesIn);
}

/** As `presence` sees it; an object without members has no value either. */
function hasValue(value: Json): boolean {
  if (value === null || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

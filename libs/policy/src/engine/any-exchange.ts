/** For the tests: schemas, grants and events made up by chance, hostile ones among them. */
import type { Condition, Form, Grant } from '@concordat/agreement';
import type { Json, JsonObject } from '@concordat/record';

/** Numbers of [0, 1) that follow from the seed (mulberry32). */
export class Chance {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  number(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(count: number): number {
    return Math.floor(this.number() * count);
  }

  is(likelihood: number): boolean {
    return this.number() < likelihood;
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  some<T>(values: readonly T[], likelihood: number): T[] {
    return values.filter(() => this.is(likelihood));
  }
}

const NAMES = [
  'name',
  'a/b',
  'm~n',
  '"quoted"',
  'é',
  '王',
  'constructor',
  'toString',
  '0',
  '7',
  '',
  ' ',
  'x'.repeat(40),
];
const SCALARS = ['string', 'integer', 'number', 'boolean'] as const;

/** A schema of an object with members of all kinds. */
export function anySchema(chance: Chance, depth = 3): JsonObject {
  const names = chance.some(NAMES, 0.4);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      (names.length > 0 ? names : ['name']).map((name) => [name, anyMember(chance, depth)]),
    ),
  };
}

function anyMember(chance: Chance, depth: number): JsonObject {
  if (depth > 0 && chance.is(0.25)) return anySchema(chance, depth - 1);
  if (depth > 0 && chance.is(0.25)) return { type: 'array', items: anyMember(chance, depth - 1) };
  const type = chance.of(SCALARS);
  return {
    type: chance.is(0.3) ? [type, chance.of(['null', ...SCALARS.filter((one) => one !== type)])] : type,
  };
}

/** A place of a schema, as an agreement names it. */
interface SchemaPlace {
  readonly pointer: string;
  readonly schema: JsonObject;
  readonly isInList: boolean;
}

/** All places of a schema below its root. */
export function placesOf(schema: JsonObject, chance: Chance, pointer = '', isInList = false): SchemaPlace[] {
  if (schema['type'] === 'object') {
    return Object.entries(schema['properties'] as Record<string, JsonObject>).flatMap(([name, member]) => {
      const inner = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      return [{ pointer: inner, schema: member, isInList }, ...placesOf(member, chance, inner, isInList)];
    });
  }
  if (schema['type'] === 'array') {
    const items = schema['items'] as JsonObject;
    const step = chance.is(0.6) ? '*' : String(chance.below(3));
    const inner = `${pointer}/${step}`;
    return [{ pointer: inner, schema: items, isInList: true }, ...placesOf(items, chance, inner, true)];
  }
  return [];
}

/** Forms that may suit a place, and now and then one that does not. */
function anyForm(chance: Chance, schema: JsonObject): Form {
  const types = [schema['type']].flat();
  if (types.includes('object') || types.includes('array')) return chance.is(0.7) ? 'clear' : 'presence';
  const forms: Form[] = ['clear', 'clear', 'presence'];
  if (types.includes('string')) {
    forms.push(
      ...(['month', 'year', 'postcode-district', 'postcode-area', 'initial'] as const).map((generalise) => ({
        generalise,
      })),
      { pseudonym: chance.of(['person', 'place']), ...(chance.is(0.3) && { epoch: 2 }) },
    );
  }
  if (types.includes('integer')) {
    forms.push(
      { generalise: 'band', width: 10 },
      { generalise: 'age-band', from: [16, 65] },
      { pseudonym: 'person' },
    );
  }
  return chance.of(forms);
}

/** Rows and fields of a grant over a schema. It may not compile. */
export function anyGrantPart(chance: Chance, schema: JsonObject): Pick<Grant, 'rows' | 'fields'> {
  const places = placesOf(schema, chance);
  const chosen: SchemaPlace[] = [];
  for (const place of chance.some(places, 0.3)) {
    const overlaps = chosen.some(({ pointer }) => `${place.pointer}/`.startsWith(`${pointer}/`));
    if (!overlaps || chance.is(0.02)) chosen.push(place);
  }
  const fields = chosen.map(({ pointer, schema: member }) => ({
    field: pointer,
    as: anyForm(chance, member),
    because: 'It is needed',
  }));
  const attributes = chance.some(['subject', 'time', 'traceparent', 'source'], 0.2).map((field) => ({
    field,
    as: chance.of<Form>(['clear', 'presence', { generalise: 'year' }, { pseudonym: 'person' }]),
    because: 'It is needed',
  }));
  return {
    ...(chance.is(0.6) && { rows: anyCondition(chance, places) }),
    fields: [...attributes, ...fields],
  };
}

export function anyCondition(chance: Chance, places: readonly SchemaPlace[], depth = 2): Condition {
  const several = () =>
    Array.from({ length: 1 + chance.below(3) }, () => anyCondition(chance, places, depth - 1));
  if (depth > 0 && chance.is(0.2)) return { all: several() };
  if (depth > 0 && chance.is(0.2)) return { any: several() };
  if (depth > 0 && chance.is(0.2)) return { not: anyCondition(chance, places, depth - 1) };
  const { pointer, schema } = chance.of(places);
  const field = pointer.replaceAll('*', '0');
  const types = [schema['type']].flat();
  const conditions: Condition[] = [{ field, is: 'present' }];
  if (types.includes('integer') || types.includes('number')) {
    const value = chance.of([-1, 0, 15, 16, 64.5]);
    conditions.push(
      { field, is: chance.of(['at-least', 'at-most', 'more-than', 'less-than'] as const), value },
      { field, is: 'equals', value },
    );
  }
  if (types.includes('string')) {
    conditions.push(
      { field, is: 'one-of', value: chance.some(TEXTS, 0.5).concat('x') },
      {
        field,
        is: chance.of(['on-or-after', 'on-or-before'] as const),
        value: chance.of(['1951', '1951-03', '1951-03-09']),
      },
      { field, is: 'in-postcode-district', value: ['NS1', 'EB12'] },
    );
  }
  if (types.includes('boolean')) conditions.push({ field, is: 'equals', value: chance.is(0.5) });
  return chance.of(conditions);
}

const TEXTS = [
  '',
  'x',
  'Łukasz',
  'a "quote"',
  'line\nend',
  'tab\t',
  '\\',
  '王',
  '🙂',
  'é',
  '\u2028',
  '\u0000',
];
const DATES = [
  '1951',
  '1951-03',
  '1951-03-09',
  '1950-12-31',
  '1951-02-29',
  '1952',
  '1951-03-09T10:00:00Z',
  '1951-03-09T25:00:00Z',
];
const POSTCODES = ['NS1 4QX', 'EB121QS', 'NS1', 'ns1 4qx'];
const NUMBERS = [0, -0, 1, -1, 15, 16, 64.5, 65, 130, 1.5e10, 1e-7, 0.1, 2 ** 53 - 1, -(2 ** 53) + 1];

/** Stands in every place that an event has and its schema does not: it must never come out. */
export const CANARY = 'Zzyzx-Canary';

/** Data that a schema allows, and now and then not: missing, null, of another type, with members that nobody declared. */
export function anyData(chance: Chance, schema: JsonObject, disorder: number): Json {
  if (chance.is(disorder)) return anyJunk(chance, 2);
  const types = [schema['type']].flat() as string[];
  if (types.includes('object')) {
    const members = Object.entries(schema['properties'] as Record<string, JsonObject>);
    const entries = chance
      .some(members, 0.85)
      .map(([name, member]): [string, Json] => [name, anyData(chance, member, disorder)]);
    if (chance.is(disorder))
      entries.splice(chance.below(entries.length + 1), 0, [CANARY, anyJunk(chance, 2)]);
    if (chance.is(0.1)) entries.reverse();
    return Object.fromEntries(entries);
  }
  if (types.includes('array'))
    return Array.from({ length: chance.below(4) }, () =>
      anyData(chance, schema['items'] as JsonObject, disorder),
    );
  switch (chance.of(types)) {
    case 'string':
      return chance.of([...TEXTS, ...DATES, ...POSTCODES]);
    case 'integer':
      return chance.of(NUMBERS.filter((one) => Number.isSafeInteger(one)));
    case 'number':
      return chance.of(NUMBERS);
    case 'boolean':
      return chance.is(0.5);
    default:
      return null;
  }
}

function anyJunk(chance: Chance, depth: number): Json {
  if (depth > 0 && chance.is(0.3))
    return Array.from({ length: chance.below(3) }, () => anyJunk(chance, depth - 1));
  if (depth > 0 && chance.is(0.3)) {
    const names = chance.some([...NAMES, CANARY], 0.2);
    return Object.fromEntries(names.map((name) => [name, anyJunk(chance, depth - 1)]));
  }
  return chance.of<Json>([CANARY, `${CANARY}"\\`, 1, null, true, '']);
}

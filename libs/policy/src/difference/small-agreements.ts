/* eslint-disable @typescript-eslint/no-non-null-assertion -- for the tests alone: a wrong index should throw */
import type { Agreement, Condition, Form } from '@concordat/agreement';
import {
  canonicalise,
  compileSchema,
  digestOf,
  type CloudEvent,
  type Digest,
  type Json,
  type JsonObject,
  type Validate,
} from '@concordat/record';
import { compile } from '../program/compile.js';
import { decide } from '../interpreter/decide.js';
import { context, EVENT_TYPE, eventOf } from '../program/example-program.js';

/**
 * For the tests: small schemas with all the events of a small domain, and small agreements over them.
 */

// ---- Small schemas, and the values that their events hold ---------------------------------------------------

export interface Part {
  readonly name: string;
  readonly schemas: readonly JsonObject[];
  /** Borders, odd ones and values of other types; those that the schema refuses are left out. */
  readonly values: readonly (Json | undefined)[];
}

const PARTIAL = '^[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?$';
const POSTCODE = '^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$';
const text: JsonObject = { type: 'string' };
const whole: JsonObject = { type: 'integer' };

const closed = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required: [...required],
});
const listOf = (items: JsonObject, minItems = 0): JsonObject => ({ type: 'array', items, minItems });

export const PARTS: readonly Part[] = [
  {
    name: 'born',
    schemas: [
      text,
      { type: 'string', pattern: PARTIAL },
      { type: 'string', format: 'date' },
      { type: 'string', format: 'date', pattern: '^[12]' },
      { type: ['string', 'null'], minLength: 1 },
      { type: ['string', 'null'], pattern: PARTIAL },
    ],
    values: [
      ...[undefined, null, '', 'soon', 7],
      ...[
        '1950',
        '1950-07',
        '1950-07-01',
        '1950-07-31',
        '1950-08-02',
        '1950-12-31',
        '1951-01-01',
        '1951-07-01',
      ],
      ...['1950-07-01T23:30:00-05:00', '1950-02-30', '0000-01-01'],
    ],
  },
  {
    name: 'code',
    schemas: [text, { type: 'string', pattern: POSTCODE }, { type: ['string', 'boolean', 'null'] }],
    values: [undefined, null, true, '', 'nowhere', 'NS1 4QX', 'NS1 4QY', 'NS2 4QX', 'AB1 4QX'],
  },
  {
    name: 'age',
    schemas: [
      whole,
      { type: ['integer', 'null'] },
      { type: ['integer', 'string'] },
      { type: 'integer', minimum: 0 },
    ],
    values: [undefined, null, '', 'old', 0, 9, 10, 11, 15, 16, 17, 19, 20, 29, 30, -1, -10, '10'],
  },
  {
    name: 'who',
    schemas: [
      closed({ a: text, b: whole }),
      closed({ a: text, b: whole }, ['a']),
      closed({ a: { type: 'string', minLength: 1 }, b: whole }, ['a', 'b']),
      closed({ a: { type: ['string', 'null'], minLength: 1 }, in: closed({ c: text }, ['c']) }, ['in']),
    ],
    values: [
      undefined,
      {},
      { a: '' },
      { a: 'x' },
      { a: 'xy' },
      { a: 'y', b: 1 },
      { a: '7' },
      { b: 1 },
      { b: 2 },
      { in: { c: '' } },
      { in: { c: 'x' }, a: null },
      { in: { c: 'x' } },
    ],
  },
  {
    name: 'list',
    schemas: [
      listOf(text),
      listOf({ type: 'string', pattern: PARTIAL }, 1),
      listOf({ type: 'string', minLength: 1 }),
    ],
    values: [
      undefined,
      [],
      ['1950'],
      ['1951-07'],
      ['1950', '1951-07'],
      ['1951-07', '1950'],
      ['x'],
      ['1950', 'x'],
      ['x', '1950'],
      [''],
    ],
  },
  {
    name: 'people',
    schemas: [
      listOf(closed({ a: text, b: whole })),
      listOf(closed({ a: text, b: whole }, ['a'])),
      listOf(closed({ a: { type: 'string', minLength: 1 }, b: whole }, ['a']), 1),
      listOf(closed({ a: text, sub: listOf(whole) })),
    ],
    values: [
      undefined,
      [],
      [{}],
      [{}, { a: 'x' }],
      [{ a: 'x' }, {}],
      [{ a: 'x' }],
      [{ a: 'x' }, { a: 'y' }],
      [{ a: 'y' }, { a: 'x' }],
      [{ b: 1 }, { a: 'x' }],
      [{ a: 'x' }, { b: 1 }],
      [{ a: 'x', b: 1 }, { a: 'x' }],
      [{ a: 'x' }, { a: 'x', b: 1 }],
      [{ a: '' }],
      [{ sub: [] }, { a: 'x', sub: [1] }],
      [{ a: 'x', sub: [1] }, { sub: [] }],
      [{ sub: [1] }, {}],
    ],
  },
];

export interface Domain {
  readonly schema: JsonObject;
  readonly digest: Digest;
  readonly events: readonly JsonObject[];
}

const validators = new Map<string, Validate>();

function isValid(schema: JsonObject, value: JsonObject): boolean {
  const key = canonicalise(schema);
  const validate = validators.get(key) ?? compileSchema(schema);
  validators.set(key, validate);
  return validate(value).length === 0;
}

const domains = new Map<string, Domain>();

/** All events of a schema whose parts hold any of their values. */
export function domainOf(parts: readonly (readonly [Part, number])[], required: readonly string[]): Domain {
  const schema = closed(
    Object.fromEntries(parts.map(([part, variant]) => [part.name, part.schemas[variant]!])),
    required,
  );
  const key = canonicalise(schema);
  let domain = domains.get(key);
  if (domain === undefined) {
    let events: JsonObject[] = [{}];
    for (const [{ name, values, schemas }, variant] of parts) {
      const taken = values.filter((value) =>
        value === undefined
          ? !required.includes(name)
          : isValid(closed({ [name]: schemas[variant]! }), { [name]: value }),
      );
      events = events.flatMap((event) =>
        taken.map((value) => (value === undefined ? event : { ...event, [name]: value })),
      );
    }
    domain = { schema, digest: digestOf(schema), events };
    domains.set(key, domain);
  }
  return domain;
}

// ---- Small agreements ---------------------------------------------------------------------------------------

export interface Draft {
  readonly rows?: Condition;
  readonly fields: readonly { readonly field: string; readonly as: Form }[];
  readonly from: string;
  readonly until: string;
}

/** A number below a bound; the same numbers for the same seed. */
export type Roll = (bound: number) => number;

/** mulberry32 */
export function rollOf(seed: number): Roll {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound) | 0;
  };
}

export const pick = <T>(roll: Roll, list: readonly T[]): T => list[roll(list.length)]!;

const FORMS: readonly Form[] = [
  'clear',
  'presence',
  { pseudonym: 'person' },
  { pseudonym: 'place' },
  { pseudonym: 'person', epoch: 1 },
  { pseudonym: 'person', epoch: 2 },
  { generalise: 'month' },
  { generalise: 'year' },
  { generalise: 'postcode-district' },
  { generalise: 'postcode-area' },
  { generalise: 'band', width: 10 },
  { generalise: 'band', width: 15 },
  { generalise: 'band', width: 20 },
  { generalise: 'age-band', from: [10] },
  { generalise: 'age-band', from: [10, 20] },
  { generalise: 'age-band', from: [10, 16, 20] },
  { generalise: 'age-band', from: [16, 30] },
  { generalise: 'initial' },
];

/** The forms that suit a place, so that most drafts compile. */
export function formsFor(field: string): Form[] {
  return FORMS.filter((form) => {
    if (typeof form === 'string') return true;
    if (/^\/(?:who|people(?:\/(?:\*|\d))?|list|(?:who|people\/.*)\/(?:in|sub))$/u.test(field)) return false;
    if ('pseudonym' in form) return true;
    if (form.generalise === 'initial') return /(?:\/a|born|list\/.|in\/c)$/u.test(field);
    if (form.generalise === 'band' || form.generalise === 'age-band')
      return /(?:age|b|sub\/\*)$/u.test(field);
    return form.generalise.startsWith('postcode') ? field === '/code' : /born|list/u.test(field);
  });
}

const formFor = (roll: Roll, field: string): Form =>
  pick(roll, [...formsFor(field), 'clear'] satisfies Form[]);

export const FIELDS: Readonly<Record<string, readonly string[]>> = {
  born: ['/born'],
  code: ['/code'],
  age: ['/age'],
  who: ['/who', '/who/a', '/who/b', '/who/in', '/who/in/c'],
  list: ['/list', '/list/*', '/list/0', '/list/1'],
  people: [
    '/people',
    '/people/*',
    '/people/*/a',
    '/people/*/b',
    '/people/*/sub',
    '/people/*/sub/*',
    '/people/0',
    '/people/0/a',
    '/people/1/a',
    '/people/1/b',
  ],
};

export function conditionOf(roll: Roll, names: readonly string[], depth = 0): Condition {
  const kind = roll(depth > 1 ? 5 : 9);
  if (kind === 5) return { not: conditionOf(roll, names, depth + 1) };
  if (kind > 5) {
    const parts = Array.from({ length: 1 + roll(3) }, () => conditionOf(roll, names, depth + 1));
    return kind === 6 ? { any: parts } : { all: parts };
  }
  const name = pick(roll, names);
  const field = pick(
    roll,
    FIELDS[name]!.filter((one) => !one.includes('*')),
  );
  if (roll(4) === 0) return { field, is: 'present' };
  if (field === '/born' && roll(4) > 0) {
    const value = pick(roll, ['1950', '1950-07', '1950-07-01', '1950-07-31', '1950-08', '1951', '1951-07']);
    return { field, is: pick(roll, ['on-or-after', 'on-or-before']), value };
  }
  if (field === '/code') {
    if (roll(2) === 0) return { field, is: 'equals', value: pick(roll, ['NS1 4QX', 'nowhere', '']) };
    return { field, is: 'in-postcode-district', value: pick(roll, [['NS1'], ['NS2'], ['NS1', 'NS2']]) };
  }
  if (field === '/age' || field.endsWith('/b')) {
    const value = pick(roll, [0, 1, 9, 10, 16, 19, 20, 30]);
    if (roll(4) === 0)
      return { field, is: 'one-of', value: pick(roll, [[10], [10, 20], [16, 'old'], ['old']]) };
    return { field, is: pick(roll, ['at-least', 'at-most', 'more-than', 'less-than', 'equals']), value };
  }
  return { field, is: 'one-of', value: pick(roll, [['x'], ['x', 'y'], ['1950'], ['1950', '1951-07', 'x']]) };
}

export function draftOf(roll: Roll, names: readonly string[]): Draft {
  const fields = new Map<string, Form>();
  for (let count = 1 + roll(4); count > 0; count -= 1) {
    const field = pick(roll, FIELDS[pick(roll, names)]!);
    fields.set(field, formFor(roll, field));
  }
  if (roll(8) === 0) fields.set('subject', pick(roll, ['clear', 'presence', { generalise: 'year' }]));
  return {
    fields: [...fields].map(([field, as]) => ({ field, as })),
    ...(roll(2) === 0 && { rows: conditionOf(roll, names) }),
    from: '2026-04-01',
    until: '2029-03-31',
  };
}

/** A draft that is like another: some of it taken away, made coarser, added or written differently. */
export function edited(roll: Roll, draft: Draft, names: readonly string[]): Draft {
  let { fields, rows, from, until } = draft;
  for (let count = 1 + roll(2); count > 0; count -= 1) {
    const index = roll(fields.length);
    const chosen = fields[index]!;
    switch (roll(10)) {
      case 0:
      case 1:
        fields = fields.filter((_, other) => other !== index || fields.length === 1);
        break;
      case 2:
      case 3:
      case 4:
        fields = fields.with(index, { ...chosen, as: formFor(roll, chosen.field) });
        break;
      case 5: {
        const below = Object.values(FIELDS)
          .flat()
          .filter((field) => field.startsWith(chosen.field.replace(/\*$/u, '')) && field !== chosen.field);
        if (below.length === 0) break;
        const field = pick(roll, below);
        fields = [
          ...fields.filter((one) => one !== chosen && one.field !== field),
          { field, as: roll(2) === 0 ? chosen.as : formFor(roll, field) },
        ];
        break;
      }
      case 6:
        rows = rows && { all: [rows, conditionOf(roll, names)] };
        break;
      case 7:
        rows = roll(3) === 0 ? undefined : conditionOf(roll, names);
        break;
      case 8:
        if (rows !== undefined && 'any' in rows) rows = { any: [rows.any[0]!] };
        else if (rows !== undefined && 'all' in rows) rows = { all: [...rows.all].reverse() };
        else if (rows !== undefined) rows = { not: { not: rows } };
        break;
      default:
        from = pick(roll, ['2026-04-01', '2026-05-01', '2026-03-01']);
        until = pick(roll, ['2029-03-31', '2029-02-28', '2029-04-30']);
    }
  }
  return { fields, ...(rows && { rows }), from, until };
}

function agreementOf({ rows, fields, from, until }: Draft, digest: Digest, version: number): Agreement {
  return {
    dsa: '1.0',
    id: 'deaths',
    version,
    parties: [
      { agency: 'register-office', name: 'The Register Office' },
      { agency: 'pensions', name: 'Pensions' },
    ],
    purpose: { description: 'To stop payments' },
    legal: { powers: [{ act: 'An Act', section: 'section 1' }] },
    term: { from, reviewBy: '2027-04-01', until },
    grants: [
      {
        id: 'all',
        provider: 'register-office',
        recipient: 'pensions',
        event: EVENT_TYPE,
        schema: digest,
        ...(rows && { rows }),
        fields: fields.map((field) => ({ ...field, because: 'It is needed' })),
      },
    ],
  } as unknown as Agreement;
}

export const isSameDraft = (one: Draft, other: Draft): boolean =>
  canonicalise(one as unknown as Json) === canonicalise(other as unknown as Json);

// ---- What a version gives -----------------------------------------------------------------------------------

/** One event on one day. */
export interface Occasion {
  readonly day: string;
  readonly event: CloudEvent;
}

const DAYS = [
  '2026-03-31',
  '2026-04-01',
  '2026-04-30',
  '2026-05-01',
  '2029-02-28',
  '2029-03-31',
  '2029-04-30',
];
const SUBJECTS = [undefined, '1950', '1950-07', 'x'];

/** All events of a domain; on all days on which a term may begin or end, and with all subjects, if asked for. */
export function occasionsOf(
  { events }: Domain,
  { days = false, subjects = false }: { readonly days?: boolean; readonly subjects?: boolean } = {},
): Occasion[] {
  return (days ? DAYS : ['2026-06-01']).flatMap((day) =>
    (subjects ? SUBJECTS : [undefined]).flatMap((subject) =>
      events.map((data) => ({ day, event: eventOf(data, subject === undefined ? {} : { subject }) })),
    ),
  );
}

/** What was given on one occasion, as text; `undefined` when it was withheld. */
export type Given =
  | {
      readonly record: string;
      /** What the ledger says of it: the granted fields that gave something. */
      readonly entry: string;
    }
  | undefined;

export interface Version {
  readonly agreement: Agreement;
  readonly giving: (occasions: readonly Occasion[]) => Given[];
}

/** @returns `undefined` when the draft does not compile: such a version is never in force */
export function versionOf(draft: Draft, { schema, digest }: Domain, version: number): Version | undefined {
  const agreement = agreementOf(draft, digest, version);
  // Neither deciding nor comparing reads the text or the digest.
  const [program] = compile({ agreement, text: '', digest }, () => schema).programs ?? [];
  if (program === undefined) return undefined;
  const give = ({ day, event }: Occasion): Given => {
    const decision = decide(program, event, { ...context, now: `${day}T12:00:00Z` });
    if (decision.outcome === 'withheld') return undefined;
    // A program writes members in one order, so that the same content is the same text.
    const record = JSON.stringify([decision.data, decision.attributes]);
    return { record, entry: [...decision.fields].sort().join() };
  };
  return { agreement, giving: (occasions) => occasions.map(give) };
}

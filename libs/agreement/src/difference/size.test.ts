import { describe, expect, it } from 'vitest';
import { canonicalise, digestOf, type Json, type JsonObject } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import { freezeAgreement } from '../document/document.js';
import { exampleAgreement } from '../document/example-agreement.js';
import type { Difference } from './change.js';
import { compareAgreements, compareWithin } from './difference.js';
import { fullSteps, MAX_STEPS } from './steps.js';

/** The bound that matters is about 2 s; a machine that is busy with something else may take longer. */
const MAX_MS = 10_000;
const TIMEOUT = { timeout: 60_000 };

type Edit = (grant: Record<string, Json>, index: number) => void;

/** The example agreement with so many grants. */
function agreementOf(count: number, version: number, edit: Edit): Agreement {
  const draft = exampleAgreement();
  const [first] = draft['grants'] as JsonObject[];
  draft['version'] = version;
  draft['grants'] = Array.from({ length: count }, (_, index) => {
    const { withheld: _none, ...grant } = structuredClone(first!);
    Object.assign(grant, { id: `grant-${index}`, event: `event.number${index}` });
    edit(grant, index);
    return grant;
  });
  return freezeAgreement(draft).agreement;
}

const given = (field: string, as: Json = 'clear'): JsonObject => ({ field, as, because: 'x' });

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Conditions joined by lists of at most 50. */
function nested(kind: 'all' | 'any', parts: readonly JsonObject[]): JsonObject {
  let list = [...parts];
  while (list.length > 50) {
    list = times(Math.ceil(list.length / 50), (at) => ({ [kind]: list.slice(at * 50, at * 50 + 50) }));
  }
  return { [kind]: list };
}

const present = (field: string): JsonObject => ({ field, is: 'present' });

/** Both versions of one grant whose conditions take (claims of one) × (claims of the other) steps. */
const crossed = (count: number): Record<'before' | 'after', JsonObject> => {
  const one: JsonObject = { field: '/sex', is: 'equals', value: 'male' };
  return {
    before: {
      any: [
        one,
        nested(
          'all',
          times(count, () => present('/cause')),
        ),
      ],
    },
    after: {
      all: [
        one,
        nested(
          'all',
          times(count, () => present('/sex')),
        ),
      ],
    },
  };
};

const textsOf = (names: readonly string[]): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
});

/** Objects within objects, each with ten members of the next kind: 10^depth places in a short text. */
const branching = (depth: number): JsonObject => ({
  ...textsOf([]),
  properties: Object.fromEntries(times(2000, (at) => [`a${at}`, { $ref: '#/$defs/k0' }])),
  $defs: Object.fromEntries(
    times(depth, (level) => [
      `k${level}`,
      {
        ...textsOf([]),
        properties: Object.fromEntries(
          times(10, (at) => [
            `m${at}`,
            level + 1 < depth ? { $ref: `#/$defs/k${level + 1}` } : { type: 'string' },
          ]),
        ),
      },
    ]),
  ),
});

/** A thousand days before 2000, and one more value. */
const datesAnd = (last: string): JsonObject => ({
  field: '/sex',
  is: 'one-of',
  value: [...times(999, (at) => `1999-${at % 2 === 0 ? '11' : '12'}-${10 + (at % 20)}`), last],
});

interface Shape {
  readonly count: number;
  readonly before: Edit;
  readonly after: Edit;
  readonly schema?: JsonObject;
}

const rows = ({ before, after }: Record<'before' | 'after', JsonObject>): Omit<Shape, 'count'> => ({
  before: (grant) => Object.assign(grant, { fields: [given('/sex')], rows: before }),
  after: (grant) => Object.assign(grant, { fields: [given('/sex')], rows: after }),
  // Or nobody could tell by what is shown whether there is a sex.
  schema: { ...textsOf(['sex', 'cause']), required: ['sex'] },
});

const fields =
  (make: (grant: number) => readonly JsonObject[]): Edit =>
  (grant, index) => {
    grant['fields'] = [...make(index)];
  };

const tooMany: Readonly<Record<string, Shape>> = {
  'a condition of thousands of claims against another': { count: 1, ...rows(crossed(4000)) },
  'a condition of tens of thousands of claims against another': { count: 1, ...rows(crossed(40_000)) },
  'conditions of thousands of claims in many grants': { count: 20, ...rows(crossed(1000)) },
  'days against long lists of dates': {
    count: 1,
    ...rows({
      before: nested(
        'any',
        times(50, (at) => ({ not: datesAnd(String(2000 + at)) })),
      ),
      after: nested(
        'all',
        times(2000, () => ({ field: '/sex', is: 'on-or-after', value: '2000' })),
      ),
    }),
  },
  'fields that spell out thousands of places each': {
    count: 20,
    before: fields(() => times(2000, (at) => given(`/a${at}`))),
    after: fields(() => times(1999, (at) => given(`/a${at}`))),
    schema: branching(3),
  },
  'a hundred thousand changes with long names': {
    count: 30,
    before: fields(() => times(2000, (at) => given(`/a${at}`))),
    after: fields(() => times(2000, (at) => given(`/b${at}`))),
  },
};

const bearable: Readonly<Record<string, Shape>> = {
  'places that become pseudonyms in many grants': {
    count: 10,
    before: fields(() => times(2000, (at) => given(`/a${at}`))),
    after: fields(() => times(2000, (at) => given(`/a${at}`, at < 300 ? { pseudonym: 'p' } : 'clear'))),
    schema: textsOf(times(2000, (at) => `a${at}`)),
  },
  'reasons that all changed': {
    count: 10,
    before: fields(() => times(2000, (at) => given(`/a${at}`))),
    after: fields(() => times(2000, (at) => ({ ...given(`/a${at}`), because: at < 500 ? 'y' : 'x' }))),
  },
  'places that all refer to one large definition': {
    count: 10,
    before: fields(() => times(2000, (at) => given(`/a${at}`, 'presence'))),
    after: fields(() => times(1999, (at) => given(`/a${at}`, 'presence'))),
    schema: {
      ...textsOf([]),
      properties: Object.fromEntries(times(2000, (at) => [`a${at}`, { $ref: '#/$defs/large' }])),
      $defs: { large: textsOf(times(9000, (at) => `m${at}`)) },
    },
  },
  'deep pointers': {
    count: 1,
    before: fields(() => times(1999, (at) => given(`${'/a'.repeat(200)}/b${at}`))),
    after: fields(() => times(1998, (at) => given(`${'/a'.repeat(200)}/b${at}`))),
  },
  'long lists of values': {
    count: 10,
    ...rows({
      before: { any: times(10, (part) => oneOf(times(1000, (at) => at * 10 + part))) },
      after: { any: times(10, (part) => oneOf(times(1000, (at) => at * 10 + part).reverse())) },
    }),
  },
};

function oneOf(value: number[]): JsonObject {
  return { field: '/age', is: 'one-of', value };
}

function measure({ count, before, after, schema }: Shape): Difference & { readonly ms: number } {
  const [was, is] = [agreementOf(count, 1, before), agreementOf(count, 2, after)];
  expect(canonicalise(was as unknown as Json).length).toBeLessThan(4_000_000);
  const start = performance.now();
  const difference = compareAgreements(was, is, () => schema);
  return { ...difference, ms: performance.now() - start };
}

const TOO_LARGE = /too large to be compared/u;

describe('documents made to take long', TIMEOUT, () => {
  it.each(Object.entries(tooMany))('%s: compared as far as it goes, and the rest widens', (_, shape) => {
    const { overall, changes, ms } = measure(shape);
    expect(overall).toBe('widens');
    expect(changes.at(-1)).toEqual({
      path: '',
      kind: 'widens',
      sentence: expect.stringMatching(TOO_LARGE) as unknown,
    });
    expect(changes.reduce((sum, { sentence }) => sum + sentence.length, 0)).toBeLessThan(2 * MAX_STEPS);
    expect(ms).toBeLessThan(MAX_MS);
  });

  it.each(Object.entries(bearable))('%s: compared', (_, shape) => {
    const { changes, ms } = measure(shape);
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.filter(({ sentence }) => TOO_LARGE.test(sentence))).toEqual([]);
    expect(ms).toBeLessThan(MAX_MS);
  });
});

describe('an ordinary agreement with fifty grants', TIMEOUT, () => {
  const names = times(60, (at) => `place${at}`);
  const schema = textsOf([...names, 'cause']);
  const because = 'The recipient needs it to stop payments that are no longer due';
  const condition = (codes: readonly string[]): JsonObject => ({
    all: [
      { field: '/cause', is: 'one-of', value: [...codes] },
      ...names.slice(0, 10).map((name) => present(`/${name}`)),
    ],
  });
  const codes = times(100, (at) => `code ${at}`);
  const edit =
    (value: readonly string[], left: number): Edit =>
    (grant) => {
      grant['schema'] = digestOf(schema);
      grant['rows'] = condition(value);
      grant['fields'] = ['cause', ...names.slice(left)].map((name) => ({ ...given(`/${name}`), because }));
    };
  const [before, after] = [agreementOf(50, 1, edit(codes, 0)), agreementOf(50, 2, edit(codes.slice(1), 1))];
  // The first place is still needed by the condition, and shows no longer: it was known to be there before.

  it('is compared exactly, in a small part of the steps', () => {
    const steps = fullSteps();
    const difference = compareWithin(steps, before, after, () => schema);
    expect(difference.overall).toBe('narrows');
    expect(difference.changes).toHaveLength(100);
    expect(MAX_STEPS - steps.left).toBeLessThan(MAX_STEPS / 10);
  });

  it('widens when there are not so many steps, and never narrows', () => {
    const whole = fullSteps();
    compareWithin(whole, before, after, () => schema);
    const taken = MAX_STEPS - whole.left;
    for (let part = 0; part < taken; part += Math.ceil(taken / 200)) {
      expect(compareWithin({ left: part }, before, after, () => schema).overall).toBe('widens');
    }
    expect(compareWithin({ left: taken }, before, after, () => schema).overall).toBe('narrows');
  });
});

import { describe, expect, it } from 'vitest';
import { digestOf, parseStrict, type CloudEvent, type Json, type JsonObject } from '@concordat/record';
import { anyData, anyGrantPart, anySchema, CANARY, Chance } from '../engine/any-exchange.js';
import { decide } from '../interpreter/decide.js';
import { compile } from '../program/compile.js';
import { context, eventOf, exampleAgreement, programOf } from '../program/example-program.js';
import type { Program } from '../program/program.js';
import { explain } from './explain.js';
import type { Explanation } from './explanation.js';
import { explanationInWords } from './in-words.js';

/** Told in every failure: set it to see the same again. */
const SEED = Number(process.env['POLICY_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const ROUNDS = 1500;

interface Exchange {
  readonly told: string;
  readonly schema: JsonObject;
  readonly program: Program;
  readonly event: CloudEvent;
}

function* anyExchanges(): Generator<Exchange> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const chance = new Chance(SEED + round);
    const schema = anySchema(chance);
    const frozen = exampleAgreement(anyGrantPart(chance, schema), schema);
    const { programs } = compile(frozen, (digest) => (digest === digestOf(schema) ? schema : undefined));
    if (programs === undefined) continue;
    const program: Program = {
      ...programs[0]!,
      leftOut: [{ field: `/${chance.of(['name', '0', 'é'])}`, because: 'It is not needed' }],
    };
    for (const disorder of [0, 0, 0.05, 0.3]) {
      const data = anyData(chance, schema, disorder);
      const isObject = data !== null && typeof data === 'object' && !Array.isArray(data);
      const event = eventOf(isObject ? data : {}, {
        ...(chance.is(0.5) && { subject: 'urn:person:1' }),
        ...(chance.is(0.2) && { traceparent: CANARY, zzyzxcanary: true }),
        ...(chance.is(0.02) && { type: 'birth.registered' }),
      });
      const told = `POLICY_SEED=${SEED + round} ${JSON.stringify({ event, fields: program.fields, rows: program.rows })}`;
      // As it comes from the log: without negative zero.
      yield { told, schema, program, event: parseStrict(Buffer.from(JSON.stringify(event))) as CloudEvent };
    }
  }
}

/** All that an explanation says of what is not given. */
const besidesTheDecision = ({ decision: _, ...rest }: Explanation): string =>
  JSON.stringify(rest).toLowerCase();

it(`decides as decide does, and its parts agree with the decision (POLICY_SEED=${SEED})`, () => {
  const seen = { released: 0, withheld: 0 };
  for (const { told, schema, program, event } of anyExchanges()) {
    const { decision, checks, fields, rows } = explain(program, event, { ...context, schema });
    expect(decision, told).toEqual(decide(program, event, context));
    seen[decision.outcome] += 1;
    const failed = checks.find(({ result }) => result === 'failed');
    const given = fields.flatMap(({ field, result }) => (result === 'given' ? [field] : []));
    if (decision.outcome === 'released') {
      expect({ failed, given }, told).toEqual({ failed: undefined, given: decision.fields });
      expect(
        fields.every(({ result }) => ['given', 'absent'].includes(result)),
        told,
      ).toBe(true);
      expect(rows?.answer ?? true, told).toBe(true);
    } else {
      expect({ reason: failed?.reason, given }, told).toEqual({ reason: decision.reason, given: [] });
      if (decision.reason === 'rows-not-met') expect(rows?.answer, told).not.toBe(true);
      if (decision.reason === 'form-failed')
        expect(fields, told).toContainEqual(
          expect.objectContaining({ field: decision.field, result: 'failed' }),
        );
    }
  }
  expect(seen.released).toBeGreaterThan(ROUNDS / 10);
  expect(seen.withheld).toBeGreaterThan(ROUNDS / 10);
}, 120_000);

it(`names no value and no unknown member of the event (POLICY_SEED=${SEED})`, () => {
  let canaries = 0;
  for (const { told, schema, program, event } of anyExchanges()) {
    // Every value of the event is a canary, and every member has another that nobody declared.
    const marked = { ...event, data: mark(event.data) as JsonObject };
    for (const each of [event, marked])
      for (const known of [{ schema }, {}]) {
        const explanation = explain(program, each, { ...context, ...known });
        expect(besidesTheDecision(explanation), told).not.toMatch(/zzyzx|90817263/u);
        expect(explanationInWords(explanation).toLowerCase(), told).not.toMatch(/zzyzx|90817263/u);
      }
    canaries += JSON.stringify(marked).split(CANARY).length - 1;
  }
  expect(canaries).toBeGreaterThan(ROUNDS);
}, 120_000);

function mark(value: Json): Json {
  if (typeof value === 'number') return 90817263;
  if (typeof value === 'string') return CANARY;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(mark);
  const members = Object.entries(value).map(([name, member]): [string, Json] => [name, mark(member)]);
  return Object.fromEntries([...members, [`${CANARY}-name`, CANARY]]);
}

const SCHEMA: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    born: { type: 'string' },
    age: { type: 'integer' },
    cause: { type: 'string' },
    informant: {
      type: 'object',
      additionalProperties: false,
      properties: { name: { type: 'string' }, phone: { type: 'string' } },
    },
    former: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        properties: { given: { type: 'string' }, family: { type: 'string' } },
      },
    },
  },
};
const FIELDS = [
  { field: '/name', as: 'clear' },
  { field: '/born', as: { generalise: 'year' } },
  { field: '/former/*/family', as: 'clear' },
] as const;

describe('of one event', () => {
  const program: Program = {
    ...programOf({ fields: FIELDS, rows: { field: '/age', is: 'at-least', value: 16 } }, SCHEMA),
    leftOut: [
      { field: '/informant', because: 'The informant is no party to it' },
      { field: '/informant/phone', because: 'Nobody rings' },
      { field: '/former/*/given', because: 'Only family names are matched' },
      { field: 'subject', because: 'It is the entry’s number' },
    ],
  };
  const data = {
    name: 'Ada',
    age: 74,
    cause: 'Pneumonia',
    informant: { name: 'Ben', phone: '1', '9990000018': 'Ada' },
    former: [
      { given: 'A', family: 'M' },
      { given: 'B', family: 'S' },
    ],
  };
  const told = (attributes: JsonObject, more: JsonObject): Explanation =>
    explain(program, eventOf({ ...data, ...more }, attributes), { ...context, schema: SCHEMA });

  it('says what each field gave, and why all else is withheld', () => {
    const { fields, withheld, checks } = told({ subject: 'entry-7', time: '2026-06-01T10:00:00Z' }, {});
    expect(fields.map(({ field, result, because }) => [field, result, because])).toEqual([
      ['/name', 'given', 'It is needed'],
      ['/born', 'absent', 'It is needed'],
      ['/former/*/family', 'given', 'It is needed'],
    ]);
    const informant = 'The informant is no party to it';
    expect(withheld).toEqual([
      { in: 'attributes', place: 'source', why: 'not-granted' },
      { in: 'attributes', place: 'subject', why: 'not-granted', because: 'It is the entry’s number' },
      { in: 'attributes', place: 'time', why: 'not-granted' },
      { in: 'data', place: '/age', why: 'not-granted' },
      { in: 'data', place: '/cause', why: 'not-granted' },
      { in: 'data', place: '/informant/name', why: 'not-granted', because: informant },
      { in: 'data', place: '/informant/phone', why: 'not-granted', because: 'Nobody rings' },
      { in: 'data', place: '/informant', why: 'not-known', because: informant },
      { in: 'data', place: '/former/*/given', why: 'not-granted', because: 'Only family names are matched' },
    ]);
    expect(checks).toEqual([
      { check: 'provider', result: 'held' },
      { check: 'type', result: 'held' },
      { check: 'standing', result: 'held', assumed: true },
      ...['term', 'grant', 'rows', 'forms'].map((check) => ({ check, result: 'held' })),
    ]);
  });

  it('tells every field that fails, and not only the first', () => {
    const { decision, fields } = told({}, { born: 'spring', former: 'none' });
    expect(decision).toEqual({ outcome: 'withheld', reason: 'form-failed', field: '/born' });
    expect(fields.map(({ result }) => result)).toEqual(['held-back', 'failed', 'failed']);
  });

  it.each([
    [{ age: 74 }, true, 'a-value'],
    [{ age: 3 }, false, 'a-value'],
    [{ age: null }, 'unknown', 'null'],
    [{ age: 'old' }, 'unknown', 'another-type'],
  ])('says what a condition found: %j', (more, answer, found) => {
    expect(told({}, more).rows).toEqual({
      answer,
      condition: { field: '/age', is: 'at-least', value: 16 },
      found,
    });
  });

  it.each([
    ['1960-04', 'not-exact-enough'],
    ['spring', 'unreadable'],
    [1960, 'another-type'],
  ])('says why nobody can tell of a date: %j', (born, found) => {
    const rows = { not: { field: '/born', is: 'on-or-after', value: '1960-04-06' } } as const;
    const explained = explain(programOf({ fields: FIELDS, rows }, SCHEMA), eventOf({ born }), context).rows;
    expect(explained).toMatchObject({ answer: 'unknown', not: { answer: 'unknown', found } });
  });

  it('of a list of which one element is granted, it numbers no other', () => {
    const fields = [{ field: '/former/1/family', as: 'clear' }] as const;
    const { withheld } = explain(programOf({ fields }, SCHEMA), eventOf({ former: data.former }), context);
    expect(withheld.map(({ place, why }) => `${place} ${why}`)).toEqual([
      'source not-granted',
      '/former/* not-known',
      '/former/1 not-known',
    ]);
  });

  it('asks nothing more after a check that failed', () => {
    const late = { ...context, now: '2030-01-01T00:00:00Z' };
    const { checks, fields, withheld } = explain(program, eventOf(data), late);
    expect(checks.map(({ check, result }) => `${check} ${result}`).slice(2, 5)).toEqual([
      'standing held',
      'term failed',
      'grant not-asked',
    ]);
    expect(fields.every(({ result }) => result === 'not-asked')).toBe(true);
    expect(withheld.length).toBeGreaterThan(3);
    expect(explain(program, eventOf(data, { type: 'another' }), context).withheld).toEqual([]);
  });

  it('in words', () => {
    expect(explanationInWords(told({}, { age: null }))).toMatchInlineSnapshot(`
      "pensions: nothing is given.
      By the grant all of the agreement deaths, version 1.
      For this purpose: To stop payments
      By these powers: An Act, section 1.
      Why: The event is not one of the rows that the grant covers, or that cannot be told.

      What was asked, in this order:
        Does the event come from the grant’s provider? Yes.
        Is it of the grant’s type? Yes.
        Is the agreement in force, and do both parties take part? Yes, this is assumed here.
        Does the day lie in the agreement’s term? Yes.
        Does the grant still stand? Yes.
        Is the event one of the records that the grant covers? No. The event is not one of the rows that the grant covers, or that cannot be told.
        Can each field be given in its form? Not asked any more.

      Which records the grant covers:
        Is /age at least 16? Nobody can tell: the event says that there is no value (null).

      What the grant lists:
        /name, as it is: not given. The parties say: It is needed
        /born, its year: not given. The parties say: It is needed
        /former/*/family, as it is: not given. The parties say: It is needed

      What else the event holds, and this recipient does not get:
        source. This grant does not list it.
        /cause. This grant does not list it.
        /informant/name. This grant does not list it. The parties left it out: The informant is no party to it
        /informant/phone. This grant does not list it. The parties left it out: Nobody rings
        In /informant, more that neither the event schema nor this grant names. The parties left it out: The informant is no party to it
        /former/*/given. This grant does not list it. The parties left it out: Only family names are matched"
    `);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition, Form } from '@concordat/agreement';
import { pointerOf, type Json, type JsonObject } from '@concordat/record';
import { decide, type Decision } from './decide.js';
import { compileGrant, context, eventOf, programOf, type GrantPart } from '../program/example-program.js';

/**
 * Generated schemas, grants and events. Every text in an event is a canary of its own that knows where it
 * stands; whichever turns up in a decision must stand in a place that a grant gives in clear. A failure is
 * told as it was found (`endOnFailure`): making these examples smaller takes hours.
 */

/** The way to a place: `m:name` for a member of an object, `*` for an element of a list. */
type Way = readonly string[];

/** Names that collide with what every object or list has, with positions, and with JSON Pointer's own signs. */
const NAMES = [
  'a',
  'b',
  'c',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  '0',
  '1',
  'x/y',
  'm~n',
  '*',
  '',
];

interface Place {
  readonly way: Way;
  readonly schema: JsonObject;
}

const schemas = fc.letrec<{ object: JsonObject; any: JsonObject }>((tie) => ({
  object: fc
    .dictionary(fc.constantFrom(...NAMES), tie('any'), { minKeys: 1, maxKeys: 4, noNullPrototype: true })
    .map((properties) => ({ type: 'object', additionalProperties: false, properties })),
  any: fc.oneof(
    { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<JsonObject>({ type: 'string' }, { type: ['string', 'null'] }, { type: 'integer' }),
    tie('object'),
    tie('any').map((items): JsonObject => ({ type: 'array', items })),
  ),
})).object;

const forms = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Form>('clear') },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Form>('presence', { pseudonym: 'person' }, { generalise: 'band', width: 10 }),
  },
);

/** Every place of a schema below its root. */
function placesOf(schema: JsonObject, way: Way = []): Place[] {
  const below =
    schema['type'] === 'object'
      ? Object.entries(schema['properties'] as Record<string, JsonObject>).map(
          ([name, member]) => [`m:${name}`, member] as const,
        )
      : schema['type'] === 'array'
        ? [['*', schema['items'] as JsonObject] as const]
        : [];
  return below.flatMap(([step, inner]) => [
    { way: [...way, step], schema: inner },
    ...placesOf(inner, [...way, step]),
  ]);
}

const isScalar = ({ schema }: Place): boolean => schema['type'] !== 'object' && schema['type'] !== 'array';
const textOf = (way: Way): string => way.join('\n');
const startsWith = (way: Way, start: Way): boolean => start.every((step, index) => way[index] === step);
const fieldOf = (way: Way): string => pointerOf(way.map((step) => (step === '*' ? '*' : step.slice(2))));

interface Granted {
  readonly way: Way;
  readonly as: Form;
}

/** As many of the wishes as go together. */
function grantOf(wishes: readonly Granted[], schema: JsonObject): { grant: GrantPart; granted: Granted[] } {
  const granted: Granted[] = [];
  const partOf = (list: readonly Granted[]): GrantPart => ({
    fields: list.map(({ way, as }) => ({ field: fieldOf(way), as })),
  });
  for (const wish of wishes) {
    if (compileGrant(partOf([...granted, wish]), schema).programs !== undefined) granted.push(wish);
  }
  return { grant: partOf(granted), granted };
}

/** An event's data, and where each of its canaries stands. */
interface Sown {
  readonly data: JsonObject;
  readonly canaries: Map<string, Way>;
}

type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T;

function sow(schema: JsonObject, draw: Draw, hostile: boolean): Sown {
  const canaries = new Map<string, Way>();
  const canary = (way: Way): string => {
    const text = `canary-${canaries.size}-`;
    canaries.set(text, way);
    return text;
  };
  const odd = (way: Way, depth = 0): Json => {
    switch (draw(fc.nat(depth > 1 ? 2 : 5))) {
      case 0:
        return null;
      case 1:
        return draw(fc.integer());
      case 2:
        return canary(way);
      case 3:
        return [odd([...way, '*'], depth + 1), odd([...way, '*'], depth + 1)];
      default: {
        const names = draw(fc.uniqueArray(fc.constantFrom(...NAMES, 'undeclared'), { maxLength: 4 }));
        return Object.fromEntries(names.map((name) => [name, odd([...way, `m:${name}`], depth + 1)]));
      }
    }
  };
  const grow = (at: JsonObject, way: Way): Json => {
    if (hostile && way.length > 0 && draw(fc.nat(7)) === 0) return odd(way);
    if (at['type'] === 'integer') return draw(fc.integer());
    if (at['type'] === 'array') {
      const length = draw(fc.nat(3));
      return Array.from({ length }, () => grow(at['items'] as JsonObject, [...way, '*']));
    }
    if (at['type'] !== 'object') return canary(way);
    const members = Object.entries(at['properties'] as Record<string, JsonObject>)
      .filter(() => draw(fc.nat(4)) > 0)
      .map(([name, member]) => [name, grow(member, [...way, `m:${name}`])] as const);
    const extra =
      hostile && draw(fc.nat(4)) === 0 ? [['undeclared', odd([...way, 'm:undeclared'])] as const] : [];
    return Object.fromEntries([...members, ...extra]);
  };
  return { data: grow(schema, []) as JsonObject, canaries };
}

/** The scalar places of the schema that a clear grant names, or that lie in what it names. */
function givenInClear(granted: readonly Granted[], places: readonly Place[]): Set<string> {
  const clear = granted.filter(({ as }) => as === 'clear');
  return new Set(
    places
      .filter((place) => isScalar(place) && clear.some(({ way }) => startsWith(place.way, way)))
      .map(({ way }) => textOf(way)),
  );
}

const found = (decision: Decision, canaries: ReadonlyMap<string, Way>): string[] => {
  const text = JSON.stringify(decision);
  return [...canaries.keys()].filter((canary) => text.includes(canary));
};

function scenario(draw: Draw, hostile: boolean, among: fc.Arbitrary<Form> = forms) {
  const schema = draw(schemas);
  const places = placesOf(schema);
  const wishes = draw(
    fc.array(fc.record({ way: fc.constantFrom(...places.map(({ way }) => way)), as: among }), {
      maxLength: 5,
    }),
  );
  const { grant, granted } = grantOf(wishes, schema);
  const { data, canaries } = sow(schema, draw, hostile);
  return { program: programOf(grant, schema), allowed: givenInClear(granted, places), data, canaries };
}

describe('whatever the schema, the grant and the event', () => {
  it.each([
    ['is as the schema says', false],
    ['is not', true],
  ])('no canary leaves from a place that is withheld, when the event %s', (_, hostile) => {
    let released = 0;
    let seen = 0;
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const draw: Draw = (arbitrary) => gen(() => arbitrary);
        const { program, allowed, data, canaries } = scenario(draw, hostile);
        const event = eventOf(data, { subject: 'canary-subject-', extension: 'canary-extension-' });
        const decision = decide(program, event, context);
        if (decision.outcome === 'released') released += 1;
        for (const canary of found(decision, canaries)) {
          seen += 1;
          expect(allowed).toContain(textOf(canaries.get(canary)!));
        }
        expect(JSON.stringify(decision)).not.toMatch(/canary-subject|canary-extension|undeclared/u);
      }),
      { numRuns: 1500, endOnFailure: true },
    );
    // The property would hold of a program that releases nothing at all.
    expect(released).toBeGreaterThan(500);
    expect(seen).toBeGreaterThan(200);
  });

  it('all that is granted in clear arrives, when the event is as the schema says', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const draw: Draw = (arbitrary) => gen(() => arbitrary);
        const either = fc.constantFrom<Form>('clear', 'clear', 'presence');
        const { program, allowed, data, canaries } = scenario(draw, false, either);
        const decision = decide(program, eventOf(data), context);
        expect(decision.outcome).toBe('released');
        const expected = [...canaries]
          .filter(([, way]) => allowed.has(textOf(way)))
          .map(([canary]) => canary);
        expect(found(decision, canaries)).toEqual(expected);
      }),
      { numRuns: 500, endOnFailure: true },
    );
  });

  it('the decision is the same each time, and leaves the event alone', () => {
    fc.assert(
      fc.property(fc.gen(), fc.boolean(), (gen, hostile) => {
        const draw: Draw = (arbitrary) => gen(() => arbitrary);
        const { program, data } = scenario(draw, hostile);
        const event = eventOf(data);
        const before = JSON.stringify(event);
        const decision = decide(program, event, context);
        expect(decide(program, structuredClone(event), context)).toEqual(decision);
        expect(JSON.stringify(event)).toBe(before);
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });
});

describe('a condition', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: {
      inner: {
        type: 'object',
        properties: {
          number: { type: 'integer' },
          text: { type: 'string' },
          flag: { type: 'boolean' },
          list: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  };
  const conditions = fc.constantFrom<Condition>(
    { field: '/inner/number', is: 'at-least', value: 5 },
    { field: '/inner/number', is: 'at-most', value: 5 },
    { field: '/inner/number', is: 'equals', value: 5 },
    { field: '/inner/number', is: 'one-of', value: [5, 6] },
    { field: '/inner/text', is: 'equals', value: 'x' },
    { field: '/inner/text', is: 'one-of', value: ['x', 'y'] },
    { field: '/inner/text', is: 'in-postcode-district', value: ['NS1'] },
    { field: '/inner/flag', is: 'equals', value: true },
    { field: '/inner/list/0', is: 'equals', value: 'x' },
    { field: '/inner/list/7', is: 'one-of', value: ['x'] },
  );
  /** The same condition under any number of `not`s, alone in an `all` or an `any`. */
  const wrapped = fc
    .tuple(conditions, fc.array(fc.constantFrom('not', 'all', 'any'), { maxLength: 5 }))
    .map(([condition, wrappers]) =>
      wrappers.reduce<Condition>(
        (inner, wrapper) =>
          wrapper === 'not' ? { not: inner } : wrapper === 'all' ? { all: [inner] } : { any: [inner] },
        condition,
      ),
    );
  const outcome = (rows: Condition, data: object): string =>
    decide(
      programOf({ rows, fields: [{ field: '/inner/text', as: 'presence' }] }, schema),
      eventOf(data as JsonObject),
      context,
    ).outcome;

  it('on a value that is missing or of another type never releases, under any number of `not`s', () => {
    const odd = fc.constantFrom<Json>(null, [], {}, [[5]], { 0: 'x' }, { length: 5 }, { number: 5 });
    const inner = fc.oneof(
      odd,
      fc.constantFrom<Json>('x', 5, true, ['x'], { number: '5', text: 5, flag: 'true', list: 'x' }),
      fc.record({ number: odd, text: odd, flag: odd, list: odd }, { requiredKeys: [] }),
      fc.constant({ number: null, text: null, flag: null, list: [null] }),
      fc.constant({ number: [5], text: ['x'], flag: { is: true }, list: { 0: 'x', 7: 'x' } }),
    );
    fc.assert(
      fc.property(
        wrapped,
        fc.oneof(
          inner.map((value) => ({ inner: value })),
          fc.constant({}),
        ),
        (rows, data) => {
          // `number` inside of an odd value is a number where the schema has one.
          fc.pre((data as { inner?: { number?: Json } }).inner?.number !== 5);
          expect(outcome(rows, data)).toBe('withheld');
        },
      ),
      { numRuns: 2000, endOnFailure: true },
    );
  });

  it('on values that are there: `not` turns it around, twice gives it back', () => {
    const data = fc.record({
      inner: fc.record({
        number: fc.integer({ min: 0, max: 10 }),
        text: fc.constantFrom('x', 'y', 'z', 'NS1 4QX', 'NS2 4QX'),
        flag: fc.boolean(),
        list: fc.constant(['x', '', '', '', '', '', '', 'y']),
      }),
    });
    fc.assert(
      fc.property(conditions, data, (condition, value) => {
        fc.pre(condition !== undefined && !('is' in condition && condition.is === 'in-postcode-district'));
        const plain = outcome(condition, value);
        expect(outcome({ not: condition }, value)).not.toBe(plain);
        expect(outcome({ not: { not: condition } }, value)).toBe(plain);
      }),
    );
  });
});

describe('an attribute of the envelope', () => {
  const schema: JsonObject = { type: 'object', properties: { a: { type: 'string' } } };
  const decideWith = (field: string, as: Form, attributes: JsonObject): Decision =>
    decide(programOf({ fields: [{ field, as }] }, schema), eventOf({ a: 'canary' }, attributes), context);

  it('that no grant lists stays behind: subject and source as well', () => {
    const decision = decideWith('/a', 'presence', { subject: 'canary', time: 'canary', extension: 'canary' });
    expect(decision).toMatchObject({ outcome: 'released', attributes: {}, data: { a: true } });
    expect(JSON.stringify(decision)).not.toMatch(/canary|register-office/u);
  });

  it('is given in its form', () => {
    expect(decideWith('subject', 'clear', { subject: 'entry-7' })).toMatchObject({
      attributes: { subject: 'entry-7' },
      fields: ['subject'],
    });
    expect(decideWith('subject', 'presence', {})).toMatchObject({ attributes: { subject: false } });
    expect(decideWith('subject', 'clear', {})).toMatchObject({ attributes: {}, fields: [] });
  });

  it('of the name of a method is missing unless the event has it', () => {
    expect(decideWith('constructor', 'clear', {})).toMatchObject({ attributes: {}, fields: [] });
    expect(decideWith('constructor', 'presence', {})).toMatchObject({ attributes: { constructor: false } });
  });

  it('that holds an object withholds the record', () => {
    const decision = decideWith('extension', 'clear', { extension: { canary: 1 } });
    expect(decision).toEqual({ outcome: 'withheld', reason: 'form-failed', field: 'extension' });
  });
});

it('a list where the schema has an object withholds the record, even if positions match names', () => {
  const inner: JsonObject = {
    type: 'object',
    properties: { 0: { type: 'string' }, length: { type: 'integer' } },
  };
  const schema: JsonObject = { type: 'object', properties: { inner } };
  for (const field of ['/inner/0', '/inner/length']) {
    const program = programOf({ fields: [{ field, as: 'clear' }] }, schema);
    expect(decide(program, eventOf({ inner: ['canary'] }), context)).toEqual({
      outcome: 'withheld',
      reason: 'form-failed',
      field,
    });
  }
});

import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@concordat/record';
import { context } from '../program/example-program.js';
import type { Program } from '../program/program.js';
import { Engine } from './engine.js';
import { expected, found, toldBy } from './hostile-events.js';
import { bytesOf, eventOf, list, object, programFor, TEXT, type Fields } from './hostile-exchange.js';

/** What the engine says of one event, beside what the interpreter says. */
function expectAsInterpreted(engine: Engine, programs: readonly Program[], event: JsonObject): void {
  const decisions = engine.decide([bytesOf(event)], context)[0];
  expect(decisions?.map(found)).toEqual(programs.map((program) => expected(program, event, context)));
}

describe('programs of different schema versions in one engine', () => {
  const inner = object({ p: TEXT, q: TEXT, r: TEXT, s: TEXT, t: TEXT });
  const elements = { p: 'P', q: 'Q', r: 'R', s: 'S', t: 'T' };

  /** The same words of a grant, over an object, over a list and over a text. */
  const VERSIONS = [
    object({ a: object({ 0: inner, 1: inner, '*': inner }), b: TEXT }),
    object({ a: list(inner), b: object({ c: TEXT }) }),
    object({ a: TEXT, b: list(TEXT) }),
    object({ a: object({ 0: list(TEXT), '*': list(TEXT) }), b: TEXT }),
    object({ a: list(list(TEXT)), b: TEXT }),
  ];
  const GRANTS: readonly Fields[] = [
    ['/a/0/p', '/a/0/q', '/a/0/r', '/a/0/s', '/a/0/t'],
    [['/a/0/p', 'presence'], ['/a/0/q', 'presence'], '/a/0/r'],
    ['/a/*/r', '/a/*/s'],
    ['/a/0', '/b'],
    ['/a/*', '/b'],
    ['/a'],
    ['/a/0/0'],
    ['/a/*/*', '/b/c'],
    ['/b/*'],
    [['/a/0/r', { pseudonym: 'person' }]],
  ];
  const EVENTS = [
    { a: [elements, elements], b: { c: 'C' } },
    { a: { 0: elements, 1: elements, '*': elements }, b: 'B' },
    { a: [['x', 'y'], ['z']], b: 'B' },
    { a: { 0: ['x', 'y'], '*': ['z'] }, b: ['v', 'w'] },
    { a: 'A', b: ['v', 'w'] },
    { a: [{}], b: {} },
    { a: { 0: {}, '*': {} }, b: null },
  ].map((data) => eventOf(data, { id: 'SECRET-ID', source: 'urn:secret', subject: 'SECRET-SUBJECT' }));

  const programs = VERSIONS.flatMap((schema, version) =>
    GRANTS.flatMap((fields, index) => {
      try {
        return [programFor(`recipient-${version}-${index}`, schema, fields)];
      } catch {
        return [];
      }
    }),
  );

  it('there are many of them', () => expect(programs.length).toBeGreaterThan(20));

  it('each two, in both orders, decide as alone', () => {
    for (const one of programs) {
      for (const other of programs) {
        const pair = [one, other];
        const engine = new Engine(pair, context.secret);
        for (const event of EVENTS) expectAsInterpreted(engine, pair, event);
      }
    }
  });

  it('all together, and nothing of the envelope comes out as data', () => {
    const engine = new Engine(programs, context.secret);
    for (const event of EVENTS) {
      expectAsInterpreted(engine, programs, event);
      for (const decision of engine.decide([bytesOf(event)], context)[0] ?? [])
        expect(toldBy(decision)).not.toMatch(/secret/iu);
    }
  });
});

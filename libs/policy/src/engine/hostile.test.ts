import { expect, it } from 'vitest';
import type { JsonObject } from '@concordat/record';
import { context } from '../program/example-program.js';
import type { Program } from '../program/program.js';
import { anySchema, Chance } from './any-exchange.js';
import { Engine, type TextDecision } from './engine.js';
import {
  expected,
  found,
  hostileEvent,
  hostilePrograms,
  Markers,
  markersIn,
  markersOf,
  mutated,
  parsed,
  repeated,
  toldBy,
} from './hostile-events.js';

/** Told in every failure: set it to see the same again. */
const SEED = Number(process.env['POLICY_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
/** More than 1 for a long run by hand. */
const TIMES = Number(process.env['POLICY_TIMES'] ?? 1);

interface Exchange {
  readonly schemas: readonly JsonObject[];
  readonly programs: readonly Program[];
  readonly engine: Engine;
}

/** One engine over programs of one schema, or of two that have names in common. */
function anyExchange(chance: Chance): Exchange {
  for (;;) {
    const schemas = Array.from({ length: 1 + chance.below(2) }, () => anySchema(chance));
    const programs = hostilePrograms(chance, schemas, 0.3);
    if (programs.length > 0) return { schemas, programs, engine: new Engine(programs, context.secret) };
  }
}

/** What the engine says of one event, or its error if that says nothing of the event. */
function decideOne(engine: Engine, bytes: Uint8Array, told: string): TextDecision[] | undefined {
  try {
    return engine.decide([bytes], context)[0]!;
  } catch (error) {
    expect(error, told).toBeInstanceOf(TypeError);
    expect(repeated(error, Buffer.from(bytes).toString('latin1')), told).toBeUndefined();
    return undefined;
  }
}

it(`what nobody granted comes out nowhere (POLICY_SEED=${SEED})`, { timeout: 60_000 * TIMES }, () => {
  const seen = { released: 0, withheld: 0, thrown: 0 };
  for (let round = 0; round < 180 * TIMES; round += 1) {
    const chance = new Chance(SEED + round);
    const { schemas, programs, engine } = anyExchange(chance);
    const markers = new Markers();
    for (let count = 0; count < 20; count += 1) {
      const text = hostileEvent(chance, chance.of(schemas), programs, {
        markers,
        disorder: chance.of([0, 0, 0.01, 0.1]),
        hostility: 1,
      });
      const told = `POLICY_SEED=${SEED + round} event ${count} ${text.slice(0, 2000)}`;
      const bytes = Buffer.from(text);
      const decisions = decideOne(engine, bytes, told);
      if (decisions === undefined) {
        seen.thrown += 1;
        continue;
      }
      const event = parsed(bytes) as JsonObject;
      for (const [which, decision] of decisions.entries()) {
        const program = programs[which]!;
        seen[decision.outcome] += 1;
        expect(found(decision), `${told} program ${which}`).toEqual(expected(program, event, context));
        const allowed = markersOf(program.data, event['data']);
        for (const leaf of program.attributes)
          for (const marker of markersOf(leaf, event[leaf.field])) allowed.add(marker);
        for (const marker of markersIn(toldBy(decision)))
          expect(allowed.has(marker), `${told} program ${which}: ${marker}`).toBe(true);
      }
    }
  }
  // What releases nothing lets nothing out, and proves nothing.
  expect(seen.released, JSON.stringify(seen)).toBeGreaterThan(1500 * TIMES);
  expect(seen.withheld, JSON.stringify(seen)).toBeGreaterThan(150 * TIMES);
  expect(seen.thrown, JSON.stringify(seen)).toBeGreaterThan(25 * TIMES);
  if (TIMES > 1) console.log(seen);
});

it(
  `any bytes are refused or read as JSON.parse reads them (POLICY_SEED=${SEED})`,
  { timeout: 60_000 * TIMES },
  () => {
    const seen = { read: 0, thrown: 0, released: 0 };
    for (let round = 0; round < 50 * TIMES; round += 1) {
      const chance = new Chance(SEED + round);
      const { schemas, programs, engine } = anyExchange(chance);
      const markers = new Markers();
      const texts = Array.from({ length: 6 }, (_, index) =>
        Buffer.from(
          hostileEvent(chance, chance.of(schemas), programs, {
            markers,
            disorder: 0,
            hostility: index % 3 === 0 ? 1 : 0,
          }),
        ),
      ).filter(({ length }) => length < 4000);
      if (texts.length === 0) continue;
      for (let count = 0; count < 300; count += 1) {
        const bytes = mutated(chance, chance.of(texts), chance.of(texts));
        const told = `POLICY_SEED=${SEED + round} mutation ${count} ${Buffer.from(bytes).toString('base64')}`;
        const decisions = decideOne(engine, bytes, told);
        if (decisions === undefined) {
          seen.thrown += 1;
          continue;
        }
        seen.read += 1;
        const event = parsed(bytes);
        if (decisions.some(({ outcome }) => outcome === 'released')) seen.released += 1;
        expect(decisions.map(found), told).toEqual(
          programs.map((program) => expected(program, event, context)),
        );
      }
    }
    expect(seen.released, JSON.stringify(seen)).toBeGreaterThan(700 * TIMES);
    expect(seen.thrown, JSON.stringify(seen)).toBeGreaterThan(700 * TIMES);
    if (TIMES > 1) console.log(seen);
  },
);

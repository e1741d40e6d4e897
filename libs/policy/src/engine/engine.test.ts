import { expect, it } from 'vitest';
import { digestOf, parseStrict, type CloudEvent, type Json, type JsonObject } from '@concordat/record';
import { decide, type Decision } from '../interpreter/decide.js';
import { compile } from '../program/compile.js';
import { context, EVENT_TYPE, exampleAgreement } from '../program/example-program.js';
import type { Program } from '../program/program.js';
import { anyData, anyGrantPart, anySchema, CANARY, Chance } from './any-exchange.js';
import { Engine, type TextDecision } from './engine.js';

/** Told in every failure: set it to see the same again. */
const SEED = Number(process.env['POLICY_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
/** Pairs of a program and an event. */
const CASES = 100_000;
const EVENTS = 40;

const RECIPIENTS = ['pensions', 'council', 'pensions', 'health'];

it(`the engine decides as the interpreter does (POLICY_SEED=${SEED})`, () => {
  let cases = 0;
  const seen = { released: 0, withheld: 0, plain: 0 };
  for (let round = 0; cases < CASES; round += 1) {
    const chance = new Chance(SEED + round);
    const schema = anySchema(chance);
    const programs = anyPrograms(chance, schema);
    if (programs.length === 0) continue;
    const engine = new Engine(programs, context.secret);
    const events = Array.from({ length: EVENTS }, () => anyEvent(chance, schema));
    const texts = events.map((event) => Buffer.from(JSON.stringify(event)));
    const decided = engine.decide(texts, context);
    for (const [index, event] of events.entries()) {
      for (const [which, program] of programs.entries()) {
        const expected = decide(program, parseStrict(texts[index]!) as CloudEvent, context);
        const found = decided[index]?.[which] as TextDecision;
        const told = `POLICY_SEED=${SEED + round} ${JSON.stringify({ event, fields: program.fields, rows: program.rows })}`;
        expect(plain(found), told).toEqual(plainly(expected, program));
        seen[expected.outcome] += 1;
        cases += 1;
      }
    }
  }
  // What only ever denies is easily equal.
  expect(seen.released).toBeGreaterThan(CASES / 10);
  expect(seen.withheld).toBeGreaterThan(CASES / 10);
}, 300_000);

/** Programs over one schema; several recipients, some with the same grant, some with the same agreement. */
function anyPrograms(chance: Chance, schema: JsonObject): Program[] {
  const parts = Array.from({ length: 2 }, () => anyGrantPart(chance, schema));
  return RECIPIENTS.flatMap((recipient, index) => {
    const part = chance.of(parts);
    const frozen = exampleAgreement(part, schema, chance.is(0.5) ? 'deaths' : `deaths-${index}`);
    const compiled = compile(frozen, (digest) => (digest === digestOf(schema) ? schema : undefined));
    return (compiled.programs ?? []).map((program) => ({ ...program, recipient }));
  });
}

function anyEvent(chance: Chance, schema: JsonObject): CloudEvent {
  const data = anyData(chance, schema, chance.of([0, 0, 0.02, 0.2]));
  return {
    specversion: '1.0',
    id: chance.of(['event-1', 'évènement "2"', '王']),
    source: chance.of(['urn:register-office', 'urn:é']),
    type: chance.is(0.98) ? EVENT_TYPE : 'birth.registered',
    ...(chance.is(0.5) && { subject: chance.of(['urn:person:1', 'Ada "the first"', '']) }),
    ...(chance.is(0.5) && { time: chance.of(['2026-04-01T09:00:00Z', 'then']) }),
    ...(chance.is(0.2) && { traceparent: CANARY }),
    data: typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {},
  };
}

/** Member order does not matter; what it says does, to the last byte. */
function plain(decision: TextDecision): unknown {
  if (decision.outcome === 'withheld') return decision;
  const { attributes, data, ...rest } = decision;
  const text = Buffer.from(`{${attributes}"data":${data}}`, 'latin1').toString('utf8');
  const { data: parsed, ...members } = JSON.parse(text) as Record<string, Json>;
  return { ...rest, attributes: members, data: parsed, text: JSON.stringify(parsed) };
}

function plainly(decision: Decision, program: Program): unknown {
  if (decision.outcome === 'withheld') return { ...decision, program };
  return { ...decision, program, data: written(decision.data), text: JSON.stringify(decision.data) };
}

/** As JSON writes it: without negative zero. */
const written = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { expect, it } from 'vitest';
import type { Condition } from '@concordat/agreement';
import type { Json, JsonObject } from '@concordat/record';
import { Engine } from '../engine/engine.js';
import { anyCondition, anyData, anySchema, Chance, placesOf } from '../engine/any-exchange.js';
import { rowsHold } from '../interpreter/rows.js';
import { context, EVENT_TYPE, programOf } from '../program/example-program.js';
import { dataInCedar, inCedar, thousandths, type Expression } from './cedar-terms.js';

/** Told in every failure: set it to see the same again. */
const SEED = Number(process.env['POLICY_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const PAIRS = 5000 * Number(process.env['POLICY_TIMES'] ?? 1);
/** Data for each condition. */
const DATA = 12;

type Answer = 'true' | 'false' | 'unknown';

it(`Cedar, the interpreter and the engine answer each condition alike (POLICY_SEED=${SEED})`, () => {
  const seen: Record<string, number> = {};
  for (let round = 0, pairs = 0; pairs < PAIRS; round += 1) {
    const chance = new Chance(SEED + round);
    const schema = anySchema(chance);
    const condition = anyRichCondition(chance, schema, 3);
    const inside = askers(condition, schema);
    if (inside === undefined) continue;
    const byCedar = cedarAsker(condition, schema);
    for (let count = 0; count < DATA; count += 1) {
      const data = anyDataFor(chance, schema, condition);
      if (!isInThousandths(data)) continue;
      const told = `POLICY_SEED=${SEED + round} ${JSON.stringify({ condition, data })}`;
      const answers = inside(data);
      const third = byCedar(data);
      expect({ third, ...answers }, told).toEqual({ third, interpreter: third, engine: third });
      for (const kind of new Set(kindsIn(condition))) {
        const name = `${kind} ${third}`;
        seen[name] = (seen[name] ?? 0) + 1;
      }
      pairs += 1;
    }
  }
  // Each kind of condition was seen with each answer, often enough that none could differ unnoticed.
  for (const kind of KINDS)
    for (const answer of ['true', 'false', 'unknown'])
      expect(seen[`${kind} ${answer}`] ?? 0, `${kind} ${answer} ${JSON.stringify(seen)}`).toBeGreaterThan(
        PAIRS / 300,
      );
}, 120_000);

const KINDS = [
  ...['at-least', 'at-most', 'more-than', 'less-than', 'equals', 'one-of', 'present'],
  ...['on-or-after', 'on-or-before', 'in-postcode-district', 'all', 'any', 'not'],
];

/** What the interpreter and the engine say; `undefined` when the condition does not suit the schema. */
function askers(
  condition: Condition,
  schema: JsonObject,
): ((data: JsonObject) => { interpreter: Answer; engine: Answer }) | undefined {
  // `true` and `false` are told apart by asking the opposite as well.
  const programs = [condition, { not: condition }].map((rows) => {
    try {
      return programOf({ rows, fields: [] }, schema);
    } catch {
      return undefined;
    }
  });
  const [yes, no] = programs;
  if (yes === undefined || no === undefined) return undefined;
  const engine = new Engine([yes, no], context.secret);
  return (data) => {
    const event = { specversion: '1.0', id: '1', source: 'urn:x', type: EVENT_TYPE, data };
    const [one, other] = engine.decide([Buffer.from(JSON.stringify(event))], context)[0] ?? [];
    return {
      interpreter: answerOf(rowsHold(yes.rows, data), rowsHold(no.rows, data)),
      engine: answerOf(one?.outcome === 'released', other?.outcome === 'released'),
    };
  };
}

function answerOf(isTrue: boolean, isFalse: boolean): Answer {
  if (isTrue && isFalse) throw new Error('It is both true and false');
  return isTrue ? 'true' : isFalse ? 'false' : 'unknown';
}

/** @throws Error when Cedar refuses or cannot evaluate what it was given: then the translation is at fault */
function cedarAsker(condition: Condition, schema: JsonObject): (data: JsonObject) => Answer {
  const { isTrue, isFalse } = inCedar(condition, (steps) => isListAt(schema, steps));
  const policies = { staticPolicies: { true: permitWhen(isTrue), false: permitWhen(isFalse) } };
  // Each takes the place of the one before, so that Cedar does not keep them all.
  const taken = preparsePolicySet('condition', policies);
  if (taken.type === 'failure') throw new Error(JSON.stringify(taken.errors));
  return (data) => {
    const answer = statefulIsAuthorized({
      principal: { type: 'Recipient', id: 'any' },
      action: { type: 'Action', id: 'any' },
      resource: { type: 'Row', id: 'any' },
      context: { data: dataInCedar(data) },
      preparsedPolicySetId: 'condition',
      entities: [],
    });
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
    const { errors, reason } = answer.response.diagnostics;
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return answerOf(reason.includes('true'), reason.includes('false'));
  };
}

const permitWhen = (body: Expression) =>
  ({
    effect: 'permit',
    principal: { op: 'All' },
    action: { op: 'All' },
    resource: { op: 'All' },
    conditions: [{ kind: 'when', body }],
  }) as never;

function isListAt(schema: JsonObject, steps: readonly string[]): boolean {
  const at = steps.reduce<JsonObject>(
    (parent, name) =>
      (parent['type'] === 'array'
        ? parent['items']
        : (parent['properties'] as JsonObject | undefined)?.[name]) as JsonObject,
    schema,
  );
  return at['type'] === 'array';
}

/** Nested more than `anyCondition`, with bounds of which data on both sides are known. */
function anyRichCondition(chance: Chance, schema: JsonObject, depth: number): Condition {
  const several = () =>
    Array.from({ length: 1 + chance.below(3) }, () => anyRichCondition(chance, schema, depth - 1));
  if (depth > 0 && chance.is(0.15)) return { all: several() };
  if (depth > 0 && chance.is(0.15)) return { any: several() };
  if (depth > 0 && chance.is(0.15)) return { not: anyRichCondition(chance, schema, depth - 1) };
  const scalars = placesOf(schema, chance).filter(
    ({ schema: one }) => one['type'] !== 'object' && one['type'] !== 'array',
  );
  if (scalars.length === 0 || chance.is(0.2)) return anyCondition(chance, placesOf(schema, chance), 1);
  const { pointer, schema: place } = chance.of(scalars);
  const field = pointer.replaceAll('*', String(chance.below(2)));
  switch (chance.of([place['type']].flat() as string[])) {
    case 'string':
      return chance.of<Condition>([
        { field, is: chance.of(['on-or-after', 'on-or-before'] as const), value: chance.of(BOUNDS) },
        { field, is: 'in-postcode-district', value: chance.some(DISTRICTS, 0.4).concat('NS1') },
        {
          field,
          is: 'one-of',
          value: chance.of([
            ['Ada', ''],
            ['Ada', 16],
            [true, '王', 64.5],
          ]),
        },
        { field, is: 'equals', value: chance.of(['Ada', '', '王', '1951']) },
      ]);
    case 'boolean':
      return chance.of<Condition>([
        { field, is: 'equals', value: chance.is(0.5) },
        { field, is: 'one-of', value: chance.of([[true], [false, 'x'], [true, false]]) },
      ]);
    case 'null':
      return { field, is: 'present' };
    default:
      return chance.of<Condition>([
        {
          field,
          is: chance.of(['at-least', 'at-most', 'more-than', 'less-than'] as const),
          value: chance.of(LIMITS),
        },
        { field, is: 'equals', value: chance.of(LIMITS) },
        { field, is: 'one-of', value: chance.some(LIMITS, 0.4).concat(16) },
      ]);
  }
}

const LIMITS = [-1.5, 0, 16, 64.5, 9_007_199_254];
const NUMBERS = LIMITS.flatMap((limit) => [limit - 1, limit - 0.5, limit, limit + 0.5, limit + 1]);
const BOUNDS = ['0001', '1951', '1951-03', '1951-03-09', '2000-02-29', '1900-02', '9999-12-31', '2024-12'];
const DATES = [
  ...['0000', '0001', '0001-01-01', '1950', '1950-12', '1950-12-31', '1951-01', '1951-01-01', '1951-02-28'],
  ...[
    '1951-02-29',
    '1951-03-01',
    '1951-03-08',
    '1951-03-10',
    '1951-03-31',
    '1951-04',
    '1951-04-01',
    '1951-12-31',
  ],
  ...[
    '1952',
    '2000',
    '2000-02',
    '2000-02-28',
    '2000-02-29',
    '2000-03',
    '1900-02-28',
    '1900-02-29',
    '1900-03-01',
  ],
  ...[
    '1900',
    '9999',
    '9999-12-31',
    '2024-11-30',
    '2024-11-31',
    '2024-12-01',
    '2025-01-01',
    '2024-13',
    '2024-00',
  ],
  ...[
    '2024-12-00',
    '2024-12-32',
    '24-12-01',
    '2024-1-1',
    '2024-12-',
    '2024-',
    '20241201',
    ' 2024',
    '2024-12-01 ',
  ],
  ...['1951-03-09T00:00:00Z', '1951-03-08T23:59:60+14:00', '1951-03-10t00:00:00.123456789-23:59'],
  ...[
    '1951-03-09T24:00:00Z',
    '1951-03-09T00:60:00Z',
    '1951-03-09T00:00:61Z',
    '1951-03-09T00:00:00',
    '1951-03T00:00:00Z',
  ],
  ...['1951-03-09T00:00:00.Z', '1951-03-09T00:00:00+24:00', '1951-03-09 00:00:00Z', '1951-02-29T00:00:00Z'],
];
const DISTRICTS = ['NS1', 'NS12', 'N1', 'N1C', 'EC1A', 'EB12'];
const POSTCODES = [
  ...[
    'NS1 4QX',
    'NS14QX',
    'NS12 4QX',
    'NS124QX',
    'N1 4QX',
    'N14QX',
    'N1C 4AA',
    'N1C4AA',
    'EC1A 1BB',
    'EB12 1QS',
  ],
  ...[
    'NS1',
    'ns1 4qx',
    'NS1  4QX',
    ' NS1 4QX',
    'NS1 4QX ',
    'NS1 QX4',
    'NSS1 4QX',
    '1NS 4QX',
    'NS123 4QX',
    '4QX',
    'N 4QX',
  ],
];
const TEXTS = ['Ada', '', '王', 'x', 'Ada ', 'ada', '16'];

/** Data with values near the bounds, where the condition looks. */
function anyDataFor(chance: Chance, schema: JsonObject, condition: Condition): JsonObject {
  const data = anyData(chance, schema, chance.of([0, 0, 0.05]));
  const whole = data !== null && typeof data === 'object' && !Array.isArray(data) ? data : {};
  for (const leaf of leavesOf(condition)) if (chance.is(0.85)) put(chance, whole, schema, leaf);
  return whole;
}

/** Puts a value at the place of a condition, and now and then leaves off on the way. */
function put(chance: Chance, data: JsonObject, schema: JsonObject, leaf: Leaf): void {
  const steps = leaf.field
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  let at: Json = data;
  for (const [index, name] of steps.entries()) {
    const isLast = index === steps.length - 1;
    const odd = chance.is(0.03);
    const next: Json = odd
      ? chance.of<Json>([null, 'x', 1, [], {}, true])
      : isLast
        ? anyValue(chance, leaf)
        : isListAt(schema, steps.slice(0, index + 1))
          ? []
          : {};
    const isList: boolean = Array.isArray(at);
    if (isList) while ((at as Json[]).length <= Number(name)) (at as Json[]).push(null);
    const holder = at as JsonObject;
    const known: Json | undefined = Object.hasOwn(holder, name) ? holder[name] : undefined;
    const kept =
      !odd &&
      !isLast &&
      typeof known === 'object' &&
      known !== null &&
      Array.isArray(known) === Array.isArray(next);
    if (!kept) holder[name] = next;
    at = holder[name] as Json;
    if (odd) return;
  }
}

function anyValue(chance: Chance, leaf: Leaf): Json {
  if (chance.is(0.08)) return chance.of<Json>([null, true, 'x', 1, [], {}]);
  switch (leaf.is) {
    case 'on-or-after':
    case 'on-or-before':
      return chance.of(chance.is(0.3) ? DATES : datesNear(leaf.value));
    case 'in-postcode-district':
      return chance.of(POSTCODES);
    case 'equals':
    case 'one-of':
      return chance.of<Json>([chance.of(TEXTS), chance.of(NUMBERS), chance.is(0.5), chance.of(LIMITS)]);
    case 'present':
      return chance.of<Json>(['', 0, false, null, [], {}]);
    default:
      return chance.of(chance.is(0.5) ? NUMBERS : LIMITS);
  }
}

/** Those of the same year: what tells the first and the last day of a year or a month from the days beside them. */
const datesNear = (bound: string): string[] =>
  [...DATES, ...BOUNDS].filter((date) => date.startsWith(bound.slice(0, 4)));

type Leaf = Extract<Condition, { readonly field: string }>;

function leavesOf(condition: Condition): Leaf[] {
  if ('all' in condition) return condition.all.flatMap(leavesOf);
  if ('any' in condition) return condition.any.flatMap(leavesOf);
  return 'not' in condition ? leavesOf(condition.not) : [condition];
}

function kindsIn(condition: Condition): string[] {
  if ('all' in condition) return ['all', ...condition.all.flatMap(kindsIn)];
  if ('any' in condition) return ['any', ...condition.any.flatMap(kindsIn)];
  return 'not' in condition ? ['not', ...kindsIn(condition.not)] : [condition.is];
}

function isInThousandths(data: Json): boolean {
  try {
    if (typeof data === 'number') thousandths(data);
    return data === null || typeof data !== 'object' || Object.values(data).every(isInThousandths);
  } catch {
    return false;
  }
}

import { compileSchema, type Json, type JsonObject } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import { agreementSchema } from '../document/document.js';

/**
 * Agreements for property tests: any document that the schema allows, made from the schema itself, so that what is
 * added to the schema is tested too. A seed always makes the same document; with `words` of another kind it makes
 * the same document with other words in it.
 */
export function anyAgreement(seed: number, words: (random: () => number) => string): Agreement {
  // Words draw from a generator of their own, so that they change nothing else.
  const making: Making = {
    random: randomFrom(seed),
    word: wordsFrom(words, randomFrom(seed + 0.5)),
    depth: 0,
  };
  const document = mend(make(agreementSchema, making) as Loose);
  const findings = validate(document);
  if (findings.length > 0) throw new Error(`seed ${seed}: ${JSON.stringify(findings[0])}`);
  return document as unknown as Agreement;
}

const validate = compileSchema(agreementSchema);

interface Making {
  readonly random: () => number;
  readonly word: (longest: number) => string;
  readonly depth: number;
}

type Loose = Record<string, Json> & JsonObject;

/** Mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = Math.floor(seed * 2 ** 20) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const wordsFrom =
  (words: (random: () => number) => string, random: () => number) =>
  (longest: number): string =>
    Array.from(words(random)).slice(0, longest).join('') || 'x';

export const pick = <T>(list: readonly T[], random: () => number): T =>
  list[Math.floor(random() * list.length)] as T;

const upTo = (most: number, random: () => number): number => Math.floor(random() * (most + 1));

function make(schema: JsonObject, making: Making): Json {
  const { random, depth } = making;
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const target = (agreementSchema['$defs'] as JsonObject)[reference.slice('#/$defs/'.length)] as JsonObject;
    return make(target, { ...making, depth: depth + (reference.endsWith('condition') ? 1 : 0) });
  }
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return pick(schema['enum'], random);
  if (Array.isArray(schema['anyOf'])) {
    const choices = schema['anyOf'] as JsonObject[];
    // Conditions hold conditions: from some depth on, only single ones.
    return make(pick(depth > 3 ? choices.slice(3) : choices, random), making);
  }
  const type = Array.isArray(schema['type']) ? pick(schema['type'] as string[], random) : schema['type'];
  switch (type) {
    case 'object':
      return makeObject(schema, making);
    case 'array':
      return makeArray(schema, making);
    case 'string':
      return makeString(schema, making);
    case 'integer':
      return (
        (schema['minimum'] as number) +
        upTo(Math.min(9, (schema['maximum'] as number) - (schema['minimum'] as number)), random)
      );
    case 'number':
      return pick([0, 1, -7, 0.5, 84000, 1e21, -2.5e-9], random);
    default:
      return random() < 0.5;
  }
}

function makeObject(schema: JsonObject, making: Making): Json {
  const required = schema['required'] as string[];
  return Object.fromEntries(
    Object.entries(schema['properties'] as JsonObject)
      .filter(([name]) => required.includes(name) || making.random() < 0.5)
      .map(([name, member]) => [name, make(member as JsonObject, making)]),
  );
}

function makeArray(schema: JsonObject, making: Making): Json {
  const least = (schema['minItems'] as number | undefined) ?? 0;
  const length = least + upTo(2, making.random);
  const items = Array.from({ length }, () => make(schema['items'] as JsonObject, making));
  const different = schema['uniqueItems'] === true ? [...new Set(items)] : items;
  // Ages rise; no other list holds numbers alone.
  return different.every((item) => typeof item === 'number')
    ? different.sort((one, other) => one - other)
    : different;
}

const TOKENS = ['deceased', 'nhsNumber', 'ageAtDeath', '*', '0', '7', 'a~1b', '<b>', 'ü', 'x y', 'address'];

/** Values for each pattern of the schema; a new pattern without one fails. */
const PATTERNS: Readonly<Record<string, (making: Making) => string>> = {
  '^[a-z][a-z0-9]*(-[a-z0-9]+)*$': ({ random }) =>
    pick(['pensions', 'a', `b${'-long'.repeat(15)}`, 'council'], random),
  '^sha256:[0-9a-f]{64}$': ({ random }) => `sha256:${pick(['0', 'a', 'f'], random).repeat(64)}`,
  '^(/([^~/\\s\\p{C}]|~0|~1)(([^~/\\p{C}]|~0|~1)*([^~/\\s\\p{C}]|~0|~1))?)+$': ({ random }) =>
    Array.from({ length: 1 + upTo(3, random) }, () => `/${pick(TOKENS, random)}`).join(''),
  '^[a-z0-9]{1,20}$': ({ random }) => pick(['subject', 'source', '0'], random),
  '^[a-z0-9]+([.-][a-z0-9]+)*$': ({ random }) => pick(['uk.death', `a${'.b'.repeat(90)}`, '0'], random),
  '^[^@\\s]+@[^@\\s]+$': ({ random }) => pick(['a@b', '<script>@b', '”@“', '\u200b@\u202e'], random),
  '^[0-9+][0-9 ()-]{4,29}$': ({ random }) => pick(['0300 123 4567', '+44 (0) 20-1234', '0      '], random),
  '^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$': ({ random }) =>
    pick(['1950', '2026-04', '2024-02-29', '0001-01-01', '9999-12'], random),
  '^[A-Z]{1,2}[0-9][A-Z0-9]?$': ({ random }) => pick(['NS1', 'E1W', 'B33'], random),
};

function makeString(schema: JsonObject, making: Making): string {
  const { pattern, format } = schema;
  if (typeof pattern === 'string') {
    const maker = PATTERNS[pattern];
    if (maker === undefined) throw new Error(`no values for the pattern ${pattern}`);
    return maker(making);
  }
  if (format === 'date')
    return pick(['2026-04-01', '2024-02-29', '0001-01-01', '9999-12-31', '2027-11-30'], making.random);
  if (format === 'duration')
    return pick(['P6Y', 'PT24H', 'P1Y2M3DT4H5M6S', 'P2W', `P${'9'.repeat(400)}D`, 'P0D'], making.random);
  return making.word((schema['maxLength'] as number | undefined) ?? 200);
}

/** What the schema asks for only sometimes. */
function mend(document: Loose): Loose {
  const legal = document['legal'] as Loose;
  const data = document['data'] as Loose;
  for (const party of document['parties'] as Loose[])
    if (party['status'] === 'processor') party['actsFor'] ??= 'pensions';
  if ((data['specialCategories'] as Json[]).length > 0)
    legal['article9'] ??= [{ condition: '9(2)(a)', because: 'x' }];
  for (const one of (legal['article9'] ?? []) as Loose[]) one['schedule1'] ??= 'x';
  if (data['criminalOffences'] === true) legal['article10'] ??= { schedule1: 'x', because: 'x' };
  if ((data['people'] as Json[]).length === 0) data['people'] = [{ category: 'x', children: true }];
  return document;
}

import { compileSchema, type Json, type JsonObject, type Validate } from '@concordat/record';
import type { Blank, BlankType } from './template.js';

interface BlankKind {
  readonly schema: JsonObject;
  /** For text of which a template may limit the length: the most characters. */
  readonly longest?: number;
  /** A valid value that is as short as can be, or as long; different for each `seed`. */
  readonly specimen: (size: Size, longest: number, seed: number) => Json;
}

export type Size = 'shortest' | 'longest';

const DISTRICT = '^[A-Z]{1,2}[0-9][A-Z0-9]?$';
const MOST_SENTENCES = 50;
const MOST_DISTRICTS = 200; // the largest council areas have some seventy

// The limits are those of the agreement's own schema: a test fills every template in with the longest values.
const kinds: Record<BlankType, BlankKind> = {
  name: {
    schema: { type: 'string', pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 80 },
    longest: 80,
    specimen: (size, longest, seed) => stretched(`a${seed}`, size, longest),
  },
  sentence: {
    schema: { type: 'string', minLength: 1, maxLength: 500 },
    longest: 500,
    specimen: (size, longest) => stretched('a', size, longest),
  },
  text: {
    schema: { type: 'string', minLength: 1, maxLength: 5000 },
    longest: 5000,
    specimen: (size, longest) => stretched('a', size, longest),
  },
  sentences: {
    schema: {
      type: 'array',
      minItems: 1,
      maxItems: MOST_SENTENCES,
      items: { type: 'string', minLength: 1, maxLength: 500 },
    },
    specimen: (size) => times(size === 'shortest' ? 1 : MOST_SENTENCES, () => stretched('a', size, 500)),
  },
  date: { schema: { type: 'string', format: 'date' }, specimen: () => '2026-04-01' },
  duration: { schema: { type: 'string', format: 'duration' }, specimen: () => 'P90D' },
  email: {
    schema: { type: 'string', maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' },
    specimen: (size) => `${stretched('a', size, 252)}@a`,
  },
  telephone: {
    schema: { type: 'string', pattern: '^[0-9+][0-9 ()-]{4,29}$' },
    specimen: (size) => '1'.repeat(size === 'shortest' ? 5 : 30),
  },
  number: {
    schema: { type: 'number' },
    specimen: (size) => (size === 'shortest' ? -1_000_000.5 : 1_000_000.5),
  },
  'whole-number': {
    schema: { type: 'integer', minimum: 1, maximum: 100_000 },
    specimen: (size) => (size === 'shortest' ? 1 : 100_000),
  },
  'postcode-districts': {
    schema: {
      type: 'array',
      minItems: 1,
      maxItems: MOST_DISTRICTS,
      uniqueItems: true,
      items: { type: 'string', pattern: DISTRICT },
    },
    specimen: (size) => times(size === 'shortest' ? 1 : MOST_DISTRICTS, district),
  },
};

const validators = new Map<string, Validate>(
  Object.entries(kinds).map(([type, { schema }]) => [type, compileSchema(schema)]),
);

/** What is wrong with a value for this blank; an empty list when it fits. Never repeats the value. */
export function misfits(blank: Blank, value: Json): readonly { path: string; message: string }[] {
  const findings = validators.get(blank.type)?.(value) ?? [];
  if (findings.length > 0) return findings;
  if (!strings(value).every((text) => text.isWellFormed())) {
    return [{ path: '', message: 'holds half of a character (a lone surrogate)' }];
  }
  const longest = blank.longest ?? Infinity;
  return typeof value === 'string' && lengthOf(value) > longest
    ? [{ path: '', message: `must have at most ${longest} characters` }]
    : [];
}

/** A valid value for a blank, to try a template with. */
export function specimenOf(blank: Blank, size: Size, seed: number): Json {
  const kind = kinds[blank.type];
  return kind.specimen(size, Math.min(blank.longest ?? Infinity, kind.longest ?? Infinity), seed);
}

/** Whether fixed words can stand before or after a value of this type. */
export const isOneText = (type: BlankType): boolean => kinds[type].schema['type'] === 'string';

/** Whether a template may say how long a value of this type is at most. */
export const hasLength = (type: BlankType): boolean => kinds[type].longest !== undefined;

const strings = (value: Json): string[] =>
  (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');

/** In characters (code points), as JSON Schema counts them. */
const lengthOf = (text: string): number => Array.from(text).length;

const stretched = (start: string, size: Size, longest: number): string =>
  size === 'shortest' ? start.slice(0, longest) : start.padEnd(longest, 'a').slice(0, longest);

/** AA0, AA1 … AZ9. */
const district = (index: number): string =>
  `A${String.fromCharCode(65 + Math.floor(index / 10))}${index % 10}`;

const times = (count: number, make: (index: number) => Json): Json[] =>
  Array.from({ length: count }, (_, index) => make(index));

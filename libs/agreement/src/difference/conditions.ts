import { pointerTokens } from '@concordat/record';
import type { Condition } from '../document/agreement.js';
import { daysOf } from '../document/partial-date.js';
import { spend, type Steps } from './steps.js';

/** A condition about one place. */
export type PlaceCondition = Extract<Condition, { readonly field: string }>;

/** One place and the values that let a row through. */
export interface Claim {
  /** The steps of the pointer to the place. */
  readonly tokens: readonly string[];
  /** The same as one text, which no other steps have. */
  readonly place: string;
  readonly values: Values;
}

/** A set of values. A value that is missing or null is in `not-given` alone. */
export type Values =
  /** Numbers between two bounds. */
  | {
      readonly kind: 'range';
      readonly low: number;
      readonly high: number;
      readonly without: 'low' | 'high' | 'neither';
    }
  /** Dates all of whose days lie between two days, both included, counted as in `partial-date.ts`. */
  | { readonly kind: 'days'; readonly first: number; readonly last: number }
  | { readonly kind: 'among'; readonly list: Scalars }
  /** Values of the types in the list that are not in it. */
  | { readonly kind: 'none-of'; readonly list: Scalars }
  | { readonly kind: 'districts'; readonly list: ReadonlySet<string> }
  /** Postcodes in other districts. */
  | { readonly kind: 'other-districts'; readonly list: ReadonlySet<string> }
  | { readonly kind: 'given' }
  | { readonly kind: 'not-given' };

type Scalar = string | number | boolean;

/** A list of values, and the types that they have. */
interface Scalars {
  readonly values: ReadonlySet<Scalar>;
  readonly types: ReadonlySet<string>;
}

/** A condition in which every `not` stands at a place, where it says which values let a row through. */
export type Test = { readonly all: readonly Test[] } | { readonly any: readonly Test[] } | Claim;

/**
 * Takes `not` down to the places. What cannot be told stays untold under `not` (Kleene), so that De Morgan's
 * laws hold, and the opposite of a claim about numbers is about numbers too. A date is told apart from a day when
 * all of its own days are, so that the opposite of "all are on that day or later" is "all are before".
 */
export function testOf(condition: Condition, holds = true): Test {
  if ('all' in condition) return joined(condition.all, holds, holds);
  if ('any' in condition) return joined(condition.any, !holds, holds);
  if ('not' in condition) return testOf(condition.not, !holds);
  const tokens = pointerTokens(condition.field);
  return { tokens, place: JSON.stringify(tokens), values: valuesOf(condition, holds) };
}

function joined(conditions: readonly Condition[], isAll: boolean, holds: boolean): Test {
  const tests = conditions.map((one) => testOf(one, holds));
  return isAll ? { all: tests } : { any: tests };
}

function valuesOf(condition: PlaceCondition, holds: boolean): Values {
  switch (condition.is) {
    case 'present':
      return { kind: holds ? 'given' : 'not-given' };
    case 'at-least':
      return holds ? from(condition.value) : under(condition.value);
    case 'less-than':
      return holds ? under(condition.value) : from(condition.value);
    case 'at-most':
      return holds ? upTo(condition.value) : over(condition.value);
    case 'more-than':
      return holds ? over(condition.value) : upTo(condition.value);
    case 'on-or-after': {
      const { first } = daysOf(condition.value) ?? NO_DAYS;
      return holds ? days({ first }) : days({ last: first - 1 });
    }
    case 'on-or-before': {
      const { last } = daysOf(condition.value) ?? NO_DAYS;
      return holds ? days({ last }) : days({ first: last + 1 });
    }
    case 'equals':
      return { kind: holds ? 'among' : 'none-of', list: scalarsOf([condition.value]) };
    case 'one-of':
      return { kind: holds ? 'among' : 'none-of', list: scalarsOf(condition.value) };
    case 'in-postcode-district':
      return { kind: holds ? 'districts' : 'other-districts', list: new Set(condition.value) };
  }
}

const from = (low: number): Values => ({ kind: 'range', low, high: Infinity, without: 'neither' });
const over = (low: number): Values => ({ kind: 'range', low, high: Infinity, without: 'low' });
const upTo = (high: number): Values => ({ kind: 'range', low: -Infinity, high, without: 'neither' });
const under = (high: number): Values => ({ kind: 'range', low: -Infinity, high, without: 'high' });
const days = ({ first = -Infinity, last = Infinity }: { first?: number; last?: number }): Values => ({
  kind: 'days',
  first,
  last,
});

/** A day that does not exist: no agreement is frozen with one, and nothing is on either side of it. */
const NO_DAYS = { first: NaN, last: NaN };

const scalarsOf = (list: readonly Scalar[]): Scalars => ({
  values: new Set(list),
  types: new Set(list.map((value) => typeof value)),
});

/** Whether every value of one set is in another. */
export function isSubset(part: Values, of: Values): boolean {
  if (of.kind === 'given') return part.kind !== 'not-given';
  switch (part.kind) {
    case 'given':
      return false;
    case 'not-given':
      return of.kind === 'not-given';
    case 'among':
      return [...part.list.values].every((value) => contains(of, value));
    case 'range':
      if (of.kind === 'range') return isSubRange(part, of);
      if (of.kind !== 'none-of') return false;
      return of.list.types.has('number') && ![...of.list.values].some((value) => contains(part, value));
    case 'days':
      if (of.kind === 'days') return part.first >= of.first && part.last <= of.last;
      if (of.kind !== 'none-of') return false;
      return of.list.types.has('string') && ![...of.list.values].some((value) => mayBeWithin(part, value));
    case 'none-of':
      if (of.kind !== 'none-of') return false;
      return (
        [...part.list.types].every((type) => of.list.types.has(type)) &&
        [...of.list.values].every(
          (value) => part.list.values.has(value) || !part.list.types.has(typeof value),
        )
      );
    case 'districts':
      if (of.kind === 'districts') return [...part.list].every((one) => of.list.has(one));
      return of.kind === 'other-districts' && ![...part.list].some((one) => of.list.has(one));
    case 'other-districts':
      return of.kind === 'other-districts' && [...of.list].every((one) => part.list.has(one));
  }
}

/** Whether a value is in a set for certain. */
function contains(values: Values, value: Scalar): boolean {
  switch (values.kind) {
    case 'given':
      return true;
    case 'among':
      return values.list.values.has(value);
    case 'none-of':
      return values.list.types.has(typeof value) && !values.list.values.has(value);
    case 'range':
      if (typeof value !== 'number') return false;
      if (value === values.low) return values.without !== 'low';
      if (value === values.high) return values.without !== 'high';
      return value > values.low && value < values.high;
    case 'days': {
      const own = typeof value === 'string' ? daysOf(value) : undefined;
      return own !== undefined && own.first >= values.first && own.last <= values.last;
    }
    // Which district a postcode is in is not worked out here.
    case 'districts':
    case 'other-districts':
    case 'not-given':
      return false;
  }
}

type DayRange = Extract<Values, { kind: 'days' }>;

/** Only what is certain to be no date, or to have a day outside, is not. A date with a time is not read here. */
function mayBeWithin(range: DayRange, value: Scalar): boolean {
  if (typeof value !== 'string') return false;
  const own = daysOf(value);
  if (own === undefined) return /^\d{4}-\d{2}-\d{2}./su.test(value);
  return !(own.first < range.first || own.last > range.last);
}

type Range = Extract<Values, { kind: 'range' }>;

const isSubRange = (part: Range, of: Range): boolean =>
  (part.low > of.low || (part.low === of.low && (of.without !== 'low' || part.without === 'low'))) &&
  (part.high < of.high || (part.high === of.high && (of.without !== 'high' || part.without === 'high')));

/**
 * Whether every row that passes one test passes another. `false` when it cannot be decided.
 *
 * @throws TooLarge when it takes more steps than are left
 */
export const implies = (test: Test | undefined, other: Test | undefined, steps: Steps): boolean =>
  other === undefined || (test !== undefined && follows(test, other, steps));

function follows(test: Test, other: Test, steps: Steps): boolean {
  spend(steps);
  if ('any' in test) return test.any.every((one) => follows(one, other, steps));
  if ('all' in other) return other.all.every((one) => follows(test, one, steps));
  return (
    ('all' in test && test.all.some((one) => follows(one, other, steps))) ||
    ('any' in other && other.any.some((one) => follows(test, one, steps))) ||
    ('place' in test && 'place' in other && isClaimWithin(test, other, steps))
  );
}

/** The steps that it takes to read a date. */
const DATE = 4;

function isClaimWithin(one: Claim, other: Claim, steps: Steps): boolean {
  if (one.place !== other.place) return false;
  // Each value of a list is read as a date.
  const each = one.values.kind === 'days' || other.values.kind === 'days' ? DATE : 1;
  spend(steps, each * (sizeOf(one.values) + sizeOf(other.values)));
  return isSubset(one.values, other.values);
}

function sizeOf(values: Values): number {
  switch (values.kind) {
    case 'among':
    case 'none-of':
      return values.list.values.size;
    case 'districts':
    case 'other-districts':
      return values.list.size;
    case 'range':
    case 'days':
    case 'given':
    case 'not-given':
      return 1;
  }
}

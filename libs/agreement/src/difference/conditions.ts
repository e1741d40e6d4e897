import { pointerTokens } from '@concordat/record';
import type { Condition } from '../document/agreement.js';

/** A condition about one place. */
export type PlaceCondition = Extract<Condition, { readonly field: string }>;

/** One place and the values that let a row through. */
export interface Claim {
  readonly field: string;
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
  | { readonly kind: 'among'; readonly list: readonly Scalar[] }
  /** Values of the types in the list that are not in it. */
  | { readonly kind: 'none-of'; readonly list: readonly Scalar[] }
  | { readonly kind: 'districts'; readonly list: readonly string[] }
  /** Postcodes in other districts. */
  | { readonly kind: 'other-districts'; readonly list: readonly string[] }
  | { readonly kind: 'given' }
  | { readonly kind: 'not-given' };

type Scalar = string | number | boolean;

/** A condition in which every `not` stands at a place, where it says which values let a row through. */
export type Test = { readonly all: readonly Test[] } | { readonly any: readonly Test[] } | Claim;

/**
 * Takes `not` down to the places. What cannot be told stays untold under `not` (Kleene), so that De Morgan's
 * laws hold, and the opposite of a claim about numbers is about numbers too.
 */
export function testOf(condition: Condition, holds = true): Test {
  if ('all' in condition) return joined(condition.all, holds, holds);
  if ('any' in condition) return joined(condition.any, !holds, holds);
  if ('not' in condition) return testOf(condition.not, !holds);
  return { field: condition.field, values: valuesOf(condition, holds) };
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
      return holds
        ? { kind: 'range', low: condition.value, high: Infinity, without: 'neither' }
        : { kind: 'range', low: -Infinity, high: condition.value, without: 'high' };
    case 'at-most':
      return holds
        ? { kind: 'range', low: -Infinity, high: condition.value, without: 'neither' }
        : { kind: 'range', low: condition.value, high: Infinity, without: 'low' };
    case 'equals':
      return { kind: holds ? 'among' : 'none-of', list: [condition.value] };
    case 'one-of':
      return { kind: holds ? 'among' : 'none-of', list: condition.value };
    case 'in-postcode-district':
      return { kind: holds ? 'districts' : 'other-districts', list: condition.value };
  }
}

/** Whether every value of one set is in another. */
export function isSubset(part: Values, of: Values): boolean {
  if (of.kind === 'given') return part.kind !== 'not-given';
  switch (part.kind) {
    case 'given':
      return false;
    case 'not-given':
      return of.kind === 'not-given';
    case 'among':
      return part.list.every((value) => contains(of, value));
    case 'range':
      if (of.kind === 'range') return isSubRange(part, of);
      if (of.kind !== 'none-of') return false;
      return hasType(of.list, 'number') && !of.list.some((value) => contains(part, value));
    case 'none-of':
      if (of.kind !== 'none-of') return false;
      return (
        part.list.every((value) => hasType(of.list, typeof value)) &&
        of.list.every((value) => part.list.includes(value) || !hasType(part.list, typeof value))
      );
    case 'districts':
      if (of.kind === 'districts') return part.list.every((one) => of.list.includes(one));
      return of.kind === 'other-districts' && !part.list.some((one) => of.list.includes(one));
    case 'other-districts':
      return of.kind === 'other-districts' && of.list.every((one) => part.list.includes(one));
  }
}

/** Whether a value is in a set for certain. */
function contains(values: Values, value: Scalar): boolean {
  switch (values.kind) {
    case 'given':
      return true;
    case 'among':
      return values.list.includes(value);
    case 'none-of':
      return hasType(values.list, typeof value) && !values.list.includes(value);
    case 'range':
      if (typeof value !== 'number') return false;
      if (value === values.low) return values.without !== 'low';
      if (value === values.high) return values.without !== 'high';
      return value > values.low && value < values.high;
    // Which district a postcode is in is not worked out here.
    case 'districts':
    case 'other-districts':
    case 'not-given':
      return false;
  }
}

type Range = Extract<Values, { kind: 'range' }>;

const isSubRange = (part: Range, of: Range): boolean =>
  (part.low > of.low || (part.low === of.low && (of.without !== 'low' || part.without === 'low'))) &&
  (part.high < of.high || (part.high === of.high && (of.without !== 'high' || part.without === 'high')));

const hasType = (list: readonly Scalar[], type: string): boolean => list.some((one) => typeof one === type);

/** So many comparisons of one condition with another; what takes more is not decided. */
const MAX_STEPS = 200_000;

/** Whether every row that passes one test passes another. `false` when it cannot be decided. */
export const implies = (test: Test | undefined, other: Test | undefined): boolean =>
  other === undefined || (test !== undefined && follows(test, other, { steps: MAX_STEPS }));

function follows(test: Test, other: Test, left: { steps: number }): boolean {
  left.steps -= 1;
  if (left.steps < 0) return false;
  if ('any' in test) return test.any.every((one) => follows(one, other, left));
  if ('all' in other) return other.all.every((one) => follows(test, one, left));
  return (
    ('all' in test && test.all.some((one) => follows(one, other, left))) ||
    ('any' in other && other.any.some((one) => follows(test, one, left))) ||
    ('field' in test && 'field' in other && isAbout(test, other) && isSubset(test.values, other.values))
  );
}

const isAbout = (one: Claim, other: Claim): boolean =>
  pointerTokens(one.field).join('\n') === pointerTokens(other.field).join('\n');

import type { DateComparison } from '@concordat/agreement';
import type { Json, JsonObject } from '@concordat/record';
import { daysOf } from '../values/dates.js';
import { postcodeDistrict } from '../values/generalise.js';
import type { FieldCondition, RowTest } from '../program/program.js';

/**
 * Three answers, because a value that is missing or of the wrong type must never let a row through, under a
 * `not` either (Kleene's strong logic: only `true` releases).
 */
export type Answer = true | false | 'unknown';

/** Whether a grant's condition holds for an event's data. What cannot be told does not hold. */
export const rowsHold = (test: RowTest | undefined, data: JsonObject): boolean =>
  test === undefined || answer(test, data) === true;

/** The answer of a grant’s condition for an event’s data. */
export function answer(test: RowTest, data: JsonObject): Answer {
  if ('all' in test) return every(test.all.map((one) => answer(one, data)));
  if ('any' in test) return some(test.any.map((one) => answer(one, data)));
  if ('not' in test) return opposite(answer(test.not, data));
  const value = valueAt(data, test.place);
  return value === ASTRAY ? 'unknown' : compare(test.condition, value);
}

type DateCondition = Extract<FieldCondition, { readonly is: DateComparison }>;

/** The answer of one condition about one value. */
export function compare(condition: FieldCondition, value: Json | undefined): Answer {
  switch (condition.is) {
    case 'present':
      return value !== undefined && value !== null;
    case 'at-least':
      return typeof value === 'number' ? value >= condition.value : 'unknown';
    case 'at-most':
      return typeof value === 'number' ? value <= condition.value : 'unknown';
    case 'more-than':
      return typeof value === 'number' ? value > condition.value : 'unknown';
    case 'less-than':
      return typeof value === 'number' ? value < condition.value : 'unknown';
    case 'equals':
      return typeof value === typeof condition.value ? value === condition.value : 'unknown';
    case 'one-of':
      return condition.value.some((one) => typeof one === typeof value)
        ? condition.value.includes(value as string)
        : 'unknown';
    case 'on-or-after':
    case 'on-or-before':
      return typeof value === 'string' ? compareDates(condition, value) : 'unknown';
    case 'in-postcode-district': {
      const district = typeof value === 'string' ? postcodeDistrict(value) : undefined;
      return district === undefined ? 'unknown' : condition.value.includes(district);
    }
  }
}

/** Two dates can be told apart only as far as the coarser one goes: 2026 is neither on, before nor after 2026-04-01. */
function compareDates({ is, value: named }: DateCondition, value: string): Answer {
  const days = daysOf(value);
  const bound = daysOf(named);
  if (days === undefined || bound === undefined) return 'unknown';
  if (is === 'on-or-after') {
    if (days.first >= bound.first) return true;
    return days.last < bound.first ? false : 'unknown';
  }
  if (days.last <= bound.last) return true;
  return days.first > bound.last ? false : 'unknown';
}

/** The answer of all conditions together. */
export function every(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  return answers.includes('unknown') ? 'unknown' : true;
}

/** The answer of conditions of which one is enough. */
export function some(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes('unknown') ? 'unknown' : false;
}

/** The answer of what must not hold. */
export const opposite = (one: Answer): Answer => (one === 'unknown' ? 'unknown' : !one);

/** The way led through something of another shape than the schema says. */
export const ASTRAY = Symbol('astray');

export function valueAt(
  data: JsonObject,
  place: readonly (string | number)[],
): Json | undefined | typeof ASTRAY {
  let value: Json | undefined = data;
  for (const step of place) {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object' || Array.isArray(value) !== (typeof step === 'number')) return ASTRAY;
    value = Object.hasOwn(value, step) ? (value as JsonObject)[step] : undefined;
  }
  return value;
}

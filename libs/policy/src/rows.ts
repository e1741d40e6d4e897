import type { Condition } from '@concordat/agreement';
import { pointerTokens, type Json, type JsonObject } from '@concordat/record';
import { postcodeDistrict } from './generalise.js';

/**
 * Three answers, because a value that is missing or of the wrong type must never let a row through, under a
 * `not` either (Kleene's strong logic: only `true` releases).
 */
type Answer = true | false | 'unknown';

/** Whether a grant's condition holds for an event's data. What cannot be told does not hold. */
export const rowsHold = (condition: Condition | undefined, data: JsonObject): boolean =>
  condition === undefined || answer(condition, data) === true;

function answer(condition: Condition, data: JsonObject): Answer {
  if ('all' in condition) return every(condition.all.map((one) => answer(one, data)));
  if ('any' in condition) return some(condition.any.map((one) => answer(one, data)));
  if ('not' in condition) return opposite(answer(condition.not, data));
  const value = valueAt(data, condition.field);
  if (condition.is === 'present') return value !== undefined && value !== null;
  switch (condition.is) {
    case 'at-least':
      return typeof value === 'number' ? value >= condition.value : 'unknown';
    case 'at-most':
      return typeof value === 'number' ? value <= condition.value : 'unknown';
    case 'equals':
      return typeof value === typeof condition.value ? value === condition.value : 'unknown';
    case 'one-of':
      return condition.value.some((one) => typeof one === typeof value) && value !== undefined
        ? condition.value.includes(value as string)
        : 'unknown';
    case 'in-postcode-district': {
      const district = typeof value === 'string' ? postcodeDistrict(value) : undefined;
      return district === undefined ? 'unknown' : condition.value.includes(district);
    }
  }
}

function every(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  return answers.includes('unknown') ? 'unknown' : true;
}

function some(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes('unknown') ? 'unknown' : false;
}

const opposite = (one: Answer): Answer => (one === 'unknown' ? 'unknown' : !one);

function valueAt(data: JsonObject, pointer: string): Json | undefined {
  let value: Json | undefined = data;
  for (const token of pointerTokens(pointer)) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, token)) return undefined;
    value = (value as JsonObject)[token];
  }
  return value;
}

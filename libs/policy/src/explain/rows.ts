import type { Json, JsonObject } from '@concordat/record';
import { answer, ASTRAY, valueAt } from '../interpreter/rows.js';
import type { FieldCondition, RowTest } from '../program/program.js';
import { daysOf } from '../values/dates.js';
import type { Found, RowsExplained } from './explanation.js';

/** A grant's condition with the answer to each of its parts. */
export function explainRows(test: RowTest, data: JsonObject): RowsExplained {
  const given = { answer: answer(test, data) };
  if ('all' in test) return { ...given, all: test.all.map((one) => explainRows(one, data)) };
  if ('any' in test) return { ...given, any: test.any.map((one) => explainRows(one, data)) };
  if ('not' in test) return { ...given, not: explainRows(test.not, data) };
  const { condition, place } = test;
  return { ...given, condition, found: foundAt(condition, valueAt(data, place), given.answer === 'unknown') };
}

function foundAt(
  condition: FieldCondition,
  value: Json | undefined | typeof ASTRAY,
  isUnknown: boolean,
): Found {
  if (value === ASTRAY) return 'another-shape';
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (!isUnknown) return 'a-value';
  switch (condition.is) {
    case 'on-or-after':
    case 'on-or-before':
      if (typeof value !== 'string') return 'another-type';
      return daysOf(value) !== undefined ? 'not-exact-enough' : 'unreadable';
    case 'in-postcode-district':
      return typeof value === 'string' ? 'unreadable' : 'another-type';
    default:
      return 'another-type';
  }
}

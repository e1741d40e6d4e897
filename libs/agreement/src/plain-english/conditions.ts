import type { Condition } from '../document/agreement.js';
import { separated, item, said, type Inline, type Item, type Piece } from './blocks.js';
import { fieldName, inSeries, numberInWords, partialDateInWords } from './words.js';

/** A condition on events, as a list that says the same in words. */
export function conditionInWords(condition: Condition): Item {
  if ('all' in condition) return group('all of these are so:', condition.all);
  if ('any' in condition) return group('one or more of these are so:', condition.any);
  if ('not' in condition) return { text: ['this is not so:'], items: [conditionInWords(condition.not)] };
  const field = fieldName(condition.field);
  switch (condition.is) {
    case 'present':
      return item('there is a value for ', ...field);
    case 'at-least':
      return item(...field, ` is ${numberInWords(condition.value)} or more`);
    case 'at-most':
      return item(...field, ` is ${numberInWords(condition.value)} or less`);
    case 'more-than':
      return item(...field, ` is more than ${numberInWords(condition.value)}`);
    case 'less-than':
      return item(...field, ` is less than ${numberInWords(condition.value)}`);
    case 'on-or-after':
      return item(...field, ` is ${partialDateInWords(condition.value)} or later`);
    case 'on-or-before':
      return item(...field, ` is ${partialDateInWords(condition.value)} or earlier`);
    case 'equals':
      return item(...field, ' is ', valueInWords(condition.value));
    case 'one-of':
      return item(...field, ' is one of ', ...eachValue(condition.value));
    case 'in-postcode-district':
      return item(...field, ` is a postcode in ${inSeries(condition.value, 'or')}`);
  }
}

/** When a condition can be told, in sentences that follow "only where this is so". */
export const whenItCanBeTold = (condition: Condition): string =>
  asksForDate(condition)
    ? 'Where it cannot be told, nothing is given. A date of which only the month or the year is known stands for all ' +
      'of its days, and unless all of them lie on one side, it cannot be told. Of a date with a time, the day counts ' +
      'as it is written.'
    : 'Where it cannot be told, nothing is given.';

function asksForDate(condition: Condition): boolean {
  if ('all' in condition) return condition.all.some(asksForDate);
  if ('any' in condition) return condition.any.some(asksForDate);
  if ('not' in condition) return asksForDate(condition.not);
  return condition.is === 'on-or-after' || condition.is === 'on-or-before';
}

function group(text: string, conditions: readonly Condition[]): Item {
  const [first, ...others] = conditions;
  if (first !== undefined && others.length === 0) return conditionInWords(first);
  return { text: [text], items: conditions.map(conditionInWords) };
}

function valueInWords(value: string | number | boolean): Piece {
  if (typeof value === 'string') return said(value);
  if (typeof value === 'number') return `the number ${numberInWords(value)}`;
  return value ? 'yes (true)' : 'no (false)';
}

const eachValue = (values: readonly (string | number | boolean)[]): Inline =>
  separated(
    ', ',
    values.map((value) => [valueInWords(value)]),
  );

/**
 * For the tests: a grant's condition, and the data that it is about, in the words of Cedar. With Cedar's own evaluator
 * that is another opinion on what a condition says, so nothing of the interpreter is used here: not its walk through
 * the data, its comparisons, its dates or its postcodes.
 *
 * Cedar knows true and false and no third answer, and an error makes a policy silent. Each condition therefore becomes
 * two expressions, "it is true" and "it is false", each of which asks with `has` before it looks: neither errs, and
 * where neither holds the answer is unknown.
 *
 * Cedar cannot ask what type a value is of, so each value becomes a record that says so: `{"number": …}`,
 * `{"text": …}`, `{"members": {…}}`. Cedar has whole numbers only, and no dates: a number is given in thousandths, a
 * text that is a date has its first and its last day as numbers of days besides, and one that is a postcode its district.
 *
 * What is left out: numbers with more than three decimals or beyond 9 * 10^12, because thousandths of them are no exact
 * number here; member names that Cedar's JSON gives a meaning of their own (`__entity`, `__extn`); and leap seconds
 * are taken on any day, as in the interpreter, because the day alone counts.
 */
import type { Condition } from '@concordat/agreement';
import type { Json } from '@concordat/record';

/** An expression in Cedar's JSON form (https://docs.cedarpolicy.com/policies/json-format.html). */
export type Expression = Readonly<Record<string, unknown>>;

export interface BothWays {
  readonly isTrue: Expression;
  readonly isFalse: Expression;
}

const value = (of: unknown): Expression => ({ Value: of });
const get = (left: Expression, attr: string): Expression => ({ '.': { left, attr } });
const has = (left: Expression, attr: string): Expression => ({ has: { left, attr } });
const not = (arg: Expression): Expression => ({ '!': { arg } });
const compared = (operator: string, left: Expression, right: Expression): Expression => ({
  [operator]: { left, right },
});
/** Both are asked in turn: what comes later may rest on what came before. */
const and = (...all: Expression[]): Expression => chain('&&', all, true);
const or = (...all: Expression[]): Expression => chain('||', all, false);
const setOf = (values: readonly unknown[]): Expression => ({ Set: values.map(value) });

function chain(operator: '&&' | '||', [first, ...rest]: Expression[], none: boolean): Expression {
  if (first === undefined) return value(none);
  return rest.length === 0 ? first : compared(operator, first, chain(operator, rest, none));
}

const DATA: Expression = get({ Var: 'context' }, 'data');

/** @param isList whether the place that so many steps lead to is a list in the schema */
export function inCedar(condition: Condition, isList: (steps: readonly string[]) => boolean): BothWays {
  if ('all' in condition) {
    const each = condition.all.map((one) => inCedar(one, isList));
    return { isTrue: and(...each.map((one) => one.isTrue)), isFalse: or(...each.map((one) => one.isFalse)) };
  }
  if ('any' in condition) {
    const each = condition.any.map((one) => inCedar(one, isList));
    return { isTrue: or(...each.map((one) => one.isTrue)), isFalse: and(...each.map((one) => one.isFalse)) };
  }
  if ('not' in condition) {
    const { isTrue, isFalse } = inCedar(condition.not, isList);
    return { isTrue: isFalse, isFalse: isTrue };
  }
  const names = condition.field
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const steps = names.map((name, index) => ({
    name,
    below: isList(names.slice(0, index)) ? 'elements' : 'members',
  }));
  if (condition.is === 'present') return presence(DATA, steps);
  const { isTrue, isFalse } = comparison(condition, steps.reduce(below, DATA));
  const isThere = thereAt(DATA, steps);
  return { isTrue: and(isThere, isTrue), isFalse: and(isThere, isFalse) };
}

interface Step {
  readonly name: string;
  readonly below: string;
}

const below = (parent: Expression, step: Step): Expression => get(get(parent, step.below), step.name);

/** Whether each step leads to something. */
function thereAt(parent: Expression, [step, ...rest]: readonly Step[]): Expression {
  if (step === undefined) return value(true);
  return and(
    has(parent, step.below),
    has(get(parent, step.below), step.name),
    thereAt(below(parent, step), rest),
  );
}

/** Null is as good as nothing, on the way as at its end; what is of another shape on the way leaves it unknown. */
function presence(parent: Expression, [step, ...rest]: readonly Step[]): BothWays {
  const isNull = has(parent, 'null');
  if (step === undefined) return { isTrue: not(isNull), isFalse: isNull };
  const inner = presence(below(parent, step), rest);
  const isParent = has(parent, step.below);
  const hasIt = has(get(parent, step.below), step.name);
  return {
    isTrue: and(isParent, hasIt, inner.isTrue),
    isFalse: or(isNull, and(isParent, or(not(hasIt), inner.isFalse))),
  };
}

type Comparison = Exclude<Extract<Condition, { readonly field: string }>, { readonly is: 'present' }>;

/** @param at where a value is for certain */
function comparison(condition: Comparison, at: Expression): BothWays {
  const number = get(at, 'number');
  const compareNumber = (limit: number, whenTrue: string, whenFalse: string): BothWays => ({
    isTrue: and(has(at, 'number'), compared(whenTrue, number, value(thousandths(limit)))),
    isFalse: and(has(at, 'number'), compared(whenFalse, number, value(thousandths(limit)))),
  });
  switch (condition.is) {
    case 'at-least':
      return compareNumber(condition.value, '>=', '<');
    case 'at-most':
      return compareNumber(condition.value, '<=', '>');
    case 'more-than':
      return compareNumber(condition.value, '>', '<=');
    case 'less-than':
      return compareNumber(condition.value, '<', '>=');
    case 'equals':
      return among([condition.value], at);
    case 'one-of':
      return among(condition.value, at);
    case 'on-or-after':
    case 'on-or-before': {
      const bound = daysOfText(condition.value);
      if (bound === undefined) throw new Error(`${condition.value} is no date`);
      const isDate = has(at, 'first');
      const [first, last] = [get(at, 'first'), get(at, 'last')];
      return condition.is === 'on-or-after'
        ? {
            isTrue: and(isDate, compared('>=', first, value(bound.first))),
            isFalse: and(isDate, compared('<', last, value(bound.first))),
          }
        : {
            isTrue: and(isDate, compared('<=', last, value(bound.last))),
            isFalse: and(isDate, compared('>', first, value(bound.last))),
          };
    }
    case 'in-postcode-district':
      return inSet(at, 'district', condition.value);
  }
}

/** A value of a type that none of those listed has can be told neither from them nor to be one of them. */
function among(values: readonly (string | number | boolean)[], at: Expression): BothWays {
  const ofEachType = [
    inSet(
      at,
      'text',
      values.filter((one) => typeof one === 'string'),
    ),
    inSet(at, 'number', values.filter((one) => typeof one === 'number').map(thousandths)),
    inSet(
      at,
      'boolean',
      values.filter((one) => typeof one === 'boolean'),
    ),
  ].filter((one) => one !== undefined);
  return {
    isTrue: or(...ofEachType.map((one) => one.isTrue)),
    isFalse: or(...ofEachType.map((one) => one.isFalse)),
  };
}

/** Never true or false where nothing of that type is listed. */
function inSet(at: Expression, type: string, values: readonly unknown[]): BothWays {
  if (values.length === 0) return { isTrue: value(false), isFalse: value(false) };
  const contained = { contains: { left: setOf(values), right: get(at, type) } };
  return { isTrue: and(has(at, type), contained), isFalse: and(has(at, type), not(contained)) };
}

/** A value with its type, as Cedar's context holds it. */
export function dataInCedar(data: Json): Json {
  if (data === null) return { null: true };
  if (typeof data === 'boolean') return { boolean: data };
  if (typeof data === 'number') return { number: thousandths(data) };
  if (typeof data === 'string') {
    const days = daysOfText(data);
    const district = districtOf(data);
    return { text: data, ...days, ...(district !== undefined && { district }) };
  }
  if (Array.isArray(data))
    return { elements: Object.fromEntries(data.map((one, index) => [String(index), dataInCedar(one)])) };
  return { members: Object.fromEntries(Object.entries(data).map(([name, one]) => [name, dataInCedar(one)])) };
}

/** @throws Error when the number is no whole number of thousandths */
export function thousandths(number: number): number {
  const [whole = '', fraction = ''] = String(Math.abs(number)).split('.');
  const digits = `${whole}${fraction.padEnd(3, '0')}`;
  const isExact = fraction.length <= 3 && Array.from(digits).every((digit) => digit >= '0' && digit <= '9');
  const result = Number(digits) * (number < 0 ? -1 : 1);
  if (!isExact || !Number.isSafeInteger(result)) throw new Error(`${number} has no exact thousandths`);
  return result === 0 ? 0 : result;
}

/** Days since 1970-01-01, counted by the platform's calendar: the interpreter has its own. */
export function daysOfText(text: string): { first: number; last: number } | undefined {
  const [date, ...time] = text.length > 10 ? [text.slice(0, 10), text.slice(10)] : [text];
  if (time[0] !== undefined && !isTime(time[0])) return undefined;
  const [year = '', month, day, ...more] = date.split('-');
  if (more.length > 0 || !isDigits(year, 4) || Number(year) < 1) return undefined;
  if ((month !== undefined && !isDigits(month, 2)) || (day !== undefined && !isDigits(day, 2)))
    return undefined;
  const [from, to] = [Number(month ?? '01'), Number(month ?? '12')];
  const first = dayNumber(Number(year), from, Number(day ?? '01'));
  // The day before the first of the next month is the last of this one.
  const end = day === undefined ? dayNumber(Number(year), to + 1, 1) - 1 : first;
  const isReal = from >= 1 && from <= 12 && monthOf(first) === from && Number(day ?? '01') >= 1;
  return isReal ? { first, last: end } : undefined;
}

const MILLISECONDS = 86_400_000;
const dayNumber = (year: number, month: number, day: number): number =>
  new Date(0).setUTCFullYear(year, month - 1, day) / MILLISECONDS;
const monthOf = (days: number): number => new Date(days * MILLISECONDS).getUTCMonth() + 1;
const isDigits = (text: string, length: number): boolean =>
  text.length === length && Array.from(text).every((digit) => digit >= '0' && digit <= '9');
const isUpTo = (text: string, most: number): boolean => isDigits(text, 2) && Number(text) <= most;

/** `T09:00:00Z` and the like: RFC 3339 §5.6, from the T on. */
function isTime(text: string): boolean {
  if (text[0] !== 'T' && text[0] !== 't') return false;
  const clock = text.slice(1, 9).split(':');
  const rest = text.slice(9);
  const fraction = rest.startsWith('.') ? digitsAfterDot(rest) : 0;
  if (clock.length !== 3 || fraction === undefined) return false;
  return (
    isUpTo(clock[0] as string, 23) &&
    isUpTo(clock[1] as string, 59) &&
    isUpTo(clock[2] as string, 60) &&
    isOffset(rest.slice(fraction))
  );
}

/** How long a fraction of a second is, with its dot; `undefined` when no digit follows. */
function digitsAfterDot(text: string): number | undefined {
  let length = 1;
  while (isDigits(text.charAt(length), 1)) length += 1;
  return length === 1 ? undefined : length;
}

function isOffset(text: string): boolean {
  if (text === 'Z' || text === 'z') return true;
  const [hours = '', minutes = '', ...more] = text.slice(1).split(':');
  return (
    (text[0] === '+' || text[0] === '-') && more.length === 0 && isUpTo(hours, 23) && isUpTo(minutes, 59)
  );
}

/** The district of a UK postcode: all before the last three characters, less a space. */
export function districtOf(text: string): string | undefined {
  const inward = text.slice(-3);
  const before = text.slice(0, -3);
  const outward = before.endsWith(' ') ? before.slice(0, -1) : before;
  const kinds = (characters: string) => Array.from(characters, kindOfCharacter).join('');
  if (kinds(inward) !== '9AA' || text.length < 5) return undefined;
  return ['A9', 'A99', 'A9A', 'AA9', 'AA99', 'AA9A'].includes(kinds(outward)) ? outward : undefined;
}

function kindOfCharacter(character: string): string {
  if (character >= 'A' && character <= 'Z') return 'A';
  return character >= '0' && character <= '9' ? '9' : '?';
}

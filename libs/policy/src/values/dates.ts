/** A partial date: year, month or day. */
const PARTIAL_DATE = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/u;
/** The time of day in an RFC 3339 date-time, with its offset. */
const TIME =
  /^[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/u;

/** All the days that a date stands for. */
export interface Days {
  /** First and last day as the number `yyyyMMdd`, both included. */
  readonly first: number;
  readonly last: number;
  readonly year: string;
  /** `undefined` when the date is a whole year. */
  readonly month: string | undefined;
}

/**
 * The days that a text stands for: a year, a month or a day of the Gregorian calendar, or the day of an RFC 3339
 * date-time as it is written there (its offset is not applied, because nobody can tell what the day was elsewhere).
 * `undefined` for any other text, such as `2026-02-30`.
 */
export function daysOf(text: string): Days | undefined {
  const date = text.length > 10 && TIME.test(text.slice(10)) ? text.slice(0, 10) : text;
  const parts = PARTIAL_DATE.exec(date);
  if (parts === null) return undefined;
  const [, year = '', month, day] = parts;
  const inYear = Number(year) * 10_000;
  if (inYear === 0) return undefined;
  if (month === undefined) return { first: inYear + 101, last: inYear + 1231, year, month };
  const inMonth = inYear + Number(month) * 100;
  const length = daysInMonth(Number(year), Number(month));
  if (day === undefined) return { first: inMonth + 1, last: inMonth + length, year, month };
  if (Number(day) > length) return undefined;
  return { first: inMonth + Number(day), last: inMonth + Number(day), year, month };
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return isLeap ? 29 : 28;
}

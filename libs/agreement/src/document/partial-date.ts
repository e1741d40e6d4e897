import type { PartialDate } from './agreement.js';

/** The days that a date stands for, counted from 1 January 1970: a year or a month for all of its days. */
export interface Days {
  readonly first: number;
  readonly last: number;
}

const PARTIAL_DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/u;

/** `undefined` for what is no year, month or day of the Gregorian calendar from the year 1 on, such as `2026-02-30`. */
export function daysOf(date: PartialDate): Days | undefined {
  const parts = PARTIAL_DATE.exec(date);
  if (parts === null) return undefined;
  const year = Number(parts[1]);
  if (year === 0) return undefined;
  if (parts[2] === undefined) return { first: firstOf(year, 1), last: firstOf(year + 1, 1) - 1 };
  const month = Number(parts[2]);
  if (month < 1 || month > 12) return undefined;
  const [first, next] = [firstOf(year, month), firstOf(year, month + 1)];
  if (parts[3] === undefined) return { first, last: next - 1 };
  const day = first + Number(parts[3]) - 1;
  return day < first || day >= next ? undefined : { first: day, last: day };
}

/** The days of a year that is no leap year before each of its months; the 13th is the first of the next year. */
const BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
/** The days from 1 January of the year 1 to that of 1970. */
const TO_1970 = 719_162;

/** The first day of a month, counted without `Date`: a comparison asks for thousands. */
function firstOf(year: number, month: number): number {
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const sinceNewYear = (BEFORE_MONTH[month - 1] ?? 0) + (isLeap && month > 2 ? 1 : 0);
  return past * 365 + leapDays + sinceNewYear - TO_1970;
}

const DAY = 24 * 60 * 60 * 1000;

/** Whether a month, or a year, begins with a day that is counted as in {@link Days}. */
export function begins(unit: 'month' | 'year', day: number): boolean {
  const date = new Date(day * DAY);
  return date.getUTCDate() === 1 && (unit === 'month' || date.getUTCMonth() === 0);
}

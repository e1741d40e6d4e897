import type { PartialDate } from './agreement.js';

/** The days that a date stands for, counted from 1 January 1970: a year or a month for all of its days. */
export interface Days {
  readonly first: number;
  readonly last: number;
}

const PARTIAL_DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/u;
const DAY = 24 * 60 * 60 * 1000;
const LAST_DAYS = ['31', '30', '29', '28'];

/** `undefined` for what is no year, month or day of the Gregorian calendar from the year 1 on, such as `2026-02-30`. */
export function daysOf(date: PartialDate): Days | undefined {
  const [, year, month, day] = PARTIAL_DATE.exec(date) ?? [];
  if (year === undefined || year === '0000') return undefined;
  const first = dayNumber(`${year}-${month ?? '01'}-${day ?? '01'}`);
  if (first === undefined || day !== undefined)
    return first === undefined ? undefined : { first, last: first };
  const [last = first] = LAST_DAYS.flatMap((end) => dayNumber(`${year}-${month ?? '12'}-${end}`) ?? []);
  return { first, last };
}

/** `Date.parse` takes 30 February for 2 March. */
function dayNumber(day: string): number | undefined {
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day) ? at / DAY : undefined;
}

/** Whether a month, or a year, begins with a day that is counted as in {@link Days}. */
export function begins(unit: 'month' | 'year', day: number): boolean {
  const date = new Date(day * DAY);
  return date.getUTCDate() === 1 && (unit === 'month' || date.getUTCMonth() === 0);
}

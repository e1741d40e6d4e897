import { expect, it } from 'vitest';
import { begins, daysOf } from './partial-date.js';

const DAY = 24 * 60 * 60 * 1000;
const two = (value: number): string => String(value).padStart(2, '0');

/** The calendar counted day by day, from a day that is known. */
it('days follow each other, in months and years that hold them, over four centuries', () => {
  const wrong: string[] = [];
  let day = Date.parse('1600-01-01T00:00:00Z') / DAY;
  for (let year = 1600; year < 2000; year += 1) {
    const firstOfYear = day;
    for (let month = 1; month <= 12; month += 1) {
      const firstOfMonth = day;
      const at = `${year}-${two(month)}`;
      expect(begins('month', day)).toBe(true);
      expect(begins('year', day)).toBe(month === 1);
      for (let date = 1; date <= 31; date += 1) {
        const found = daysOf(`${at}-${two(date)}`);
        if (found === undefined) continue;
        const isRight = found.first === day && found.last === day && begins('month', day) === (date === 1);
        if (!isRight) wrong.push(`${at}-${two(date)}`);
        day += 1;
      }
      expect(day - firstOfMonth).toBeGreaterThanOrEqual(28);
      expect(daysOf(at)).toEqual({ first: firstOfMonth, last: day - 1 });
    }
    expect(daysOf(String(year))).toEqual({ first: firstOfYear, last: day - 1 });
  }
  expect(wrong).toEqual([]);
  // Every 400 years the Gregorian calendar has the same 146,097 days.
  expect(day - Date.parse('1600-01-01T00:00:00Z') / DAY).toBe(146_097);
});

it('the first and the last year', () => {
  expect(daysOf('0001-01')).toEqual({
    first: daysOf('0001')?.first,
    last: (daysOf('0001')?.first ?? 0) + 30,
  });
  expect(daysOf('9999')?.last).toBe(daysOf('9999-12-31')?.last);
});

it.each([
  '',
  '0000',
  '0000-01-01',
  '2026-00',
  '2026-13',
  '2026-02-29',
  '1900-02-29',
  '2026-04-31',
  '2026-4',
  '2026-04-01T00:00:00Z',
  '2026\n',
  '+02026',
])('%j is no date', (text) => expect(daysOf(text)).toBeUndefined());

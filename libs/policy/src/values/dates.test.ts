import fc from 'fast-check';
import { expect, it } from 'vitest';
import { daysOf } from './dates.js';

const number = (date: Date): number =>
  date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
const utc = (year: number, month: number, day: number): Date => {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date;
};

it('every day of the calendar stands for itself, its month for all of its days, and its year', () => {
  fc.assert(
    fc.property(fc.date({ min: utc(1, 0, 1), max: utc(9999, 11, 31), noInvalidDate: true }), (date) => {
      const day = date.toISOString().slice(-24).slice(0, 10);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      expect(daysOf(day)).toMatchObject({ first: number(date), last: number(date) });
      const lastOfMonth = utc(year, month + 1, 0);
      expect(daysOf(day.slice(0, 7))).toMatchObject({
        first: number(utc(year, month, 1)),
        last: number(lastOfMonth),
      });
      expect(daysOf(day.slice(0, 4))).toMatchObject({
        first: number(utc(year, 0, 1)),
        last: number(utc(year, 11, 31)),
      });
      expect(daysOf(`${day}T00:30:00+13:00`)).toEqual(daysOf(day));
    }),
    { numRuns: 2000 },
  );
});

it('no other day exists', () => {
  for (let year = 1896; year <= 1904; year += 1) {
    for (let month = 1; month <= 12; month += 1) {
      for (let day = 1; day <= 31; day += 1) {
        const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        const exists = utc(year, month - 1, day).getUTCMonth() === month - 1;
        expect(daysOf(text) !== undefined, text).toBe(exists);
      }
    }
  }
});

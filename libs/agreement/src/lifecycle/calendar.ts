import { CLOCK_TOLERANCE } from '../keys/validity.js';
import type { Warning } from './standing-types.js';

const DAY = 24 * 60 * 60 * 1000;
const WARN_WITHIN = [7, 30, 90] as const;

/** The days that decide by the clock alone, `yyyy-MM-dd`, UTC, each included. */
export interface Calendar {
  readonly from: string;
  readonly until: string;
  readonly reviewBy: string;
}

/** The first moment of a day, in ms. */
export const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** The first moment after a day, in ms. */
export const endOf = (day: string): number => startOf(day) + DAY;

export const timeOf = (at: number): string => new Date(at).toISOString();

/** What people are to be told ahead: that a review is due, that the term ends; the sooner first. */
export function warningsOf({ until, reviewBy }: Calendar, now: number): Warning[] {
  return (
    [
      ['review-due', reviewBy],
      ['term-ends', until],
    ] as const
  )
    .flatMap(([kind, on]): Warning[] => {
      const within = WARN_WITHIN.find((days) => now >= startOf(on) - days * DAY);
      return within === undefined || now >= endOf(on) ? [] : [{ kind, on, within }];
    })
    .sort((one, other) => startOf(one.on) - startOf(other.on));
}

/** The moments at which a calendar changes something, in ms. */
export function turnsOf({ from, until, reviewBy }: Calendar): number[] {
  const warnings = [until, reviewBy].flatMap((day) => WARN_WITHIN.map((days) => startOf(day) - days * DAY));
  return [startOf(from), endOf(until), endOf(reviewBy), ...warnings];
}

/** When something that states a time of its own begins to count, in ms. */
export const countsFrom = (time: string): number => Date.parse(time) - CLOCK_TOLERANCE;

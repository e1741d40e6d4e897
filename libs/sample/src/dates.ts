/** Milliseconds since the Unix epoch. A day of the sample is a day of UTC. */
export type Instant = number;

export const SECOND = 1000;
export const DAY = 24 * 60 * 60 * SECOND;

export type PartialDate = { value: string; qualifier?: string };

/** RFC 3339 in UTC, to the second. */
export const toTime = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** `yyyy-MM-dd`. */
export const toDay = (at: Instant): string => new Date(at).toISOString().slice(0, 10);

/** Whole years between two days given as `yyyy-MM-dd`. Who was born on 29 February ages on 1 March. */
export function wholeYears(from: string, to: string): number {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4));
  return to.slice(5) < from.slice(5) ? years - 1 : years;
}

/** The day that is so many years and then days before another. */
export function before(day: string, years: number, days: number): string {
  const earlier = Date.UTC(
    Number(day.slice(0, 4)) - years,
    Number(day.slice(5, 7)) - 1,
    Number(day.slice(8, 10)),
  );
  return toDay(earlier - days * DAY);
}

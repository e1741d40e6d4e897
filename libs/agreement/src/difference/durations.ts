/** An ISO 8601 duration as its shortest and longest length in seconds: a month has 28 to 31 days. */
interface Span {
  readonly least: number;
  readonly most: number;
}

const DURATION = /^P(?:(\d+)W|(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)$/u;
const DAY = 86_400;

/** @returns `undefined` when it depends on the calendar, or when one is no duration */
export function compareDurations(before: string, after: string): 'shorter' | 'same' | 'longer' | undefined {
  const [was, is] = [partsOf(before), partsOf(after)];
  if (was === undefined || is === undefined) return undefined;
  if (was.every((part, index) => part === is[index])) return 'same';
  // Part by part the calendar does not matter: two years are longer than one whichever they are.
  if (was.every((part, index) => part >= (is[index] ?? 0))) return 'shorter';
  if (was.every((part, index) => part <= (is[index] ?? 0))) return 'longer';
  const [old, now] = [spanOf(was), spanOf(is)];
  if (now.most <= old.least) return 'shorter';
  return now.least >= old.most ? 'longer' : undefined;
}

/** Months, days and seconds. */
function partsOf(duration: string): [number, number, number] | undefined {
  const parts = DURATION.exec(duration);
  if (parts === null) return undefined;
  const [weeks, years, months, days, hours, minutes, seconds] = parts
    .slice(1)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number, number];
  return [years * 12 + months, weeks * 7 + days, hours * 3600 + minutes * 60 + seconds];
}

/** Twelve months have 365 or 366 days; so many months more have 28 to 31 days each. */
function spanOf([months, days, seconds]: [number, number, number]): Span {
  const [years, rest] = [Math.floor(months / 12), months % 12];
  const fixed = days * DAY + seconds;
  return {
    least: (years * 365 + rest * 28) * DAY + fixed,
    most: (years * 366 + rest * 31) * DAY + fixed,
  };
}

import { daysOf } from './dates.js';

/** A UK postcode: outward code (area and district), a space that may be missing, inward code. */
const POSTCODE = /^([A-Z]{1,2})([0-9][A-Z0-9]?) ?[0-9][A-Z]{2}$/u;

/** `NS1 4QX` → `NS1`; `undefined` for what is no postcode. */
export function postcodeDistrict(postcode: string): string | undefined {
  const parts = POSTCODE.exec(postcode);
  return parts === null ? undefined : `${parts[1]}${parts[2]}`;
}

/** `NS1 4QX` → `NS`; `undefined` for what is no postcode. */
export function postcodeArea(postcode: string): string | undefined {
  return POSTCODE.exec(postcode)?.[1];
}

/**
 * A date made no finer than a year or a month. One that is coarser already stays as it is: nothing is made up.
 * `undefined` for what is no date.
 */
export function coarserDate(date: string, unit: 'year' | 'month'): string | undefined {
  const days = daysOf(date);
  if (days === undefined) return undefined;
  return unit === 'year' || days.month === undefined ? days.year : `${days.year}-${days.month}`;
}

const LETTER = /^\p{L}/u;

/** `Łukasz` → `Ł`: the first code point of the text in Unicode NFC; `undefined` when that is no letter. */
export function initial(text: string): string | undefined {
  // More than any letter with its marks; a long text need not be normalised whole.
  return LETTER.exec(text.slice(0, 64).normalize('NFC'))?.[0];
}

/** 74 with a width of 10 → `70-79`; `undefined` for what is no whole number. */
export function band(value: number, width: number): string | undefined {
  if (!Number.isSafeInteger(value)) return undefined;
  const start = Math.floor(value / width) * width;
  return `${start}-${start + width - 1}`;
}

/** 74 with `[16, 65]` → `65+`, 16 → `16-64`, 3 → `0-15`; `undefined` for what is no age. */
export function ageBand(age: number, from: readonly number[]): string | undefined {
  if (!Number.isSafeInteger(age) || age < 0) return undefined;
  const next = from.findIndex((first) => age < first);
  const first = next === 0 ? 0 : (from.at(next === -1 ? -1 : next - 1) as number);
  return next === -1 ? `${first}+` : `${first}-${(from[next] as number) - 1}`;
}

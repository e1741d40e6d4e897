/** A UK postcode: outward code (area and district), a space that may be missing, inward code. */
const POSTCODE = /^([A-Z]{1,2})([0-9][A-Z0-9]?) ?[0-9][A-Z]{2}$/u;
/** A partial date: year, month or day. */
const PARTIAL_DATE = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/u;

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
 * A partial date made no finer than a year or a month. One that is coarser already stays as it is: nothing is
 * made up. `undefined` for what is no partial date.
 */
export function coarserDate(date: string, unit: 'year' | 'month'): string | undefined {
  const parts = PARTIAL_DATE.exec(date);
  if (parts === null) return undefined;
  const [, year, month] = parts;
  return unit === 'year' || month === undefined ? year : `${year}-${month}`;
}

/** 74 with a width of 10 → `70-79`; `undefined` for what is no whole number. */
export function band(value: number, width: number): string | undefined {
  if (!Number.isSafeInteger(value)) return undefined;
  const start = Math.floor(value / width) * width;
  return `${start}-${start + width - 1}`;
}

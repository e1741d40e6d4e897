import type { Random } from './random.js';

/**
 * A National Insurance number that looks right and was never issued: the prefix QQ is kept for examples
 * (HMRC NIM39110).
 */
export const nationalInsuranceNumber = (random: Random): string =>
  `QQ${String(random.between(0, 999_999)).padStart(6, '0')}${random.pick(['A', 'B', 'C', 'D'])}`;

/**
 * An NHS number with a valid check digit, from the range 999 that is never issued to a patient.
 *
 * @param serial a whole number; two that differ by less than a million give two numbers
 * @returns undefined for one serial in eleven, whose check digit would be 10: some people have no number
 */
export function nhsNumber(serial: number): string | undefined {
  // 387,913 and 1,000,000 have no common factor, so no two serials meet.
  const body = `999${String(((serial % 1_000_000) * 387_913) % 1_000_000).padStart(6, '0')}`;
  const check = nhsCheckDigit(body);
  return check === 10 ? undefined : `${body}${check}`;
}

/** Modulus 11 over nine digits (NHS Data Dictionary, "NHS number"); 10 means that there is none. */
export function nhsCheckDigit(body: string): number {
  const sum = Array.from(body).reduce((total, digit, at) => total + Number(digit) * (10 - at), 0);
  return (11 - (sum % 11)) % 11;
}

/** 12 digits from 99 up, where no property is. */
export const uprn = (random: Random): string =>
  `99${String(random.between(0, 9_999_999_999)).padStart(10, '0')}`;

/** A number from the range that Ofcom keeps for drama. */
export const phone = (random: Random): string =>
  `${random.pick(['01632 960', '07700 900'])}${String(random.between(0, 999)).padStart(3, '0')}`;

import { describe, expect, it } from 'vitest';
import { nationalInsuranceNumber, nhsCheckDigit, nhsNumber, phone } from './identifiers.js';
import { randomBySeed } from './random.js';

describe('made-up identifiers', () => {
  it('have the check digit of the published example', () => {
    // NHS Data Dictionary: 943 476 5919.
    expect(nhsCheckDigit('943476591')).toBe(9);
  });

  it('are NHS numbers that no patient has, each another', () => {
    const numbers = Array.from({ length: 20_000 }, (_, serial) => nhsNumber(serial)).filter(
      (one) => one !== undefined,
    );
    expect(numbers.length).toBeGreaterThan(18_000);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const number of numbers) {
      expect(number).toMatch(/^999\d{7}$/u);
      expect(nhsCheckDigit(number.slice(0, 9))).toBe(Number(number[9]));
    }
  });

  it('are National Insurance and telephone numbers kept for examples', () => {
    const random = randomBySeed(1);
    for (let made = 0; made < 200; made += 1) {
      expect(nationalInsuranceNumber(random)).toMatch(/^QQ\d{6}[A-D]$/u);
      expect(phone(random)).toMatch(/^(?:01632 960|07700 900)\d{3}$/u);
    }
  });
});

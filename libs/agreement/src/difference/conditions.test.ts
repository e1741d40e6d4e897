import { describe, expect, it } from 'vitest';
import { implies, testOf } from './conditions.js';
import { fullSteps, TooLarge } from './steps.js';

const present = (field: string) => testOf({ field, is: 'present' });
const follows = (one: string, other: string): boolean => implies(present(one), present(other), fullSteps());

describe('a condition', () => {
  it('follows from the same one', () => {
    expect(follows('/a/b', '/a/b')).toBe(true);
  });

  // The document's schema refuses the first two; the comparison must not lean on that.
  it.each([
    ['/a/b', '/a\nb'],
    ['/a/b', '/a","b'],
    ['/a/b', '/a~1b'],
    ['/a/b', '/a/b/c'],
  ])('does not follow from one on another place: %j and %j', (one, other) => {
    expect(follows(one, other)).toBe(false);
    expect(follows(other, one)).toBe(false);
  });

  it('takes no more steps than are left', () => {
    const steps = { left: 10 };
    const all = testOf({ all: Array.from({ length: 11 }, () => ({ field: '/a', is: 'present' })) });
    expect(() => implies(all, present('/b'), steps)).toThrow(TooLarge);
  });
});

import { describe, expect, it } from 'vitest';
import type { Condition, Form } from '../document/agreement.js';
import { fieldInWords, rowsInWords } from './facts.js';

describe('on one line', () => {
  it.each<[Condition, string]>([
    [{ field: '/deceased/age', is: 'more-than', value: 15 }, 'deceased: age is more than 15'],
    [{ not: { field: '/deceased/age', is: 'less-than', value: 16 } }, 'not deceased: age is less than 16'],
    [
      {
        all: [
          { field: '/died', is: 'on-or-after', value: '2026-04-01' },
          { field: '/died', is: 'on-or-before', value: '2026' },
        ],
      },
      'died is on 1 April 2026 or later and died is in 2026 or earlier',
    ],
  ])('%j', (rows, words) => expect(rowsInWords(rows)).toBe(words));

  it.each<[Form, string]>([
    [{ generalise: 'initial' }, 'name (the first letter only)'],
    [{ generalise: 'age-band', from: [16, 65] }, 'name (as one of the bands 0-15, 16-64 and 65+)'],
    [{ pseudonym: 'person', epoch: 2 }, 'name (as a pseudonym)'],
  ])('the form %j', (form, words) => expect(fieldInWords('/name', form)).toBe(words));
});

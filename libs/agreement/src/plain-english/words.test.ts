import { describe, expect, it } from 'vitest';
import type { Condition } from '../document/agreement.js';
import { conditionInWords } from './conditions.js';
import { printText } from './print-text.js';
import { dateInWords, durationInWords, formInWords, numberInWords, plainName } from './words.js';

describe('words for', () => {
  it.each([
    ['2026-04-01', '1 April 2026'],
    ['0001-12-31', '31 December 0001'],
  ])('the day %s', (date, words) => {
    expect(dateInWords(date)).toBe(words);
  });

  it.each([
    ['P6Y', '6 years'],
    ['P1Y6M', '1 year and 6 months'],
    ['PT24H', '24 hours'],
    ['P1Y2M3DT4H5M6S', '1 year, 2 months, 3 days, 4 hours, 5 minutes and 6 seconds'],
    ['P02W', '2 weeks'],
    ['P0D', '0 days'],
  ])('the time %s', (duration, words) => {
    expect(durationInWords(duration)).toBe(words);
  });

  it.each([
    [84000, '84,000'],
    [-1234567, '-1,234,567'],
    [100, '100'],
    [0.5, '0.5'],
    [1e21, '1e+21'],
  ])('the number %s', (value, words) => {
    expect(numberInWords(value)).toBe(words);
  });

  it.each([
    ['/deceased/dateOfBirth', 'deceased: date of birth'],
    ['/deceased/nationalInsuranceNumber', 'deceased: National Insurance number'],
    ['/deceased/nhsNumber', 'deceased: NHS number'],
    ['/names/*/family', 'names (each): family'],
    ['/names/0', 'names (the first)'],
    ['/names/3', 'names (number 4)'],
    ['subject', 'the event’s subject'],
    ['/x\u202ey', undefined],
    ['/not given, nothing is', undefined],
    ['/a/b/c/d/e/f/g/h/i', undefined],
  ])('the field %s', (field, words) => {
    expect(plainName(field)).toBe(words);
  });

  it.each([
    ['clear', 'as it is'],
    ['presence', 'only whether there is one'],
    [{ generalise: 'month' }, 'the month and year only'],
    [{ generalise: 'band', width: 10 }, 'as a 10-year band, such as 70-79'],
    [{ generalise: 'band', width: 1000 }, 'as a 1,000-year band, such as 0-999'],
    [{ pseudonym: 'person' }, 'as a stand-in that only this recipient sees (kind: person)'],
  ] as const)('the form %j', (form, words) => {
    expect(formInWords(form, '/deceased/ageAtDeath')).toBe(words);
  });

  it('conditions within conditions', () => {
    const rows: Condition = {
      all: [
        {
          not: {
            any: [
              { field: '/a', is: 'present' },
              { field: '/b', is: 'at-most', value: 3 },
            ],
          },
        },
        { any: [{ field: '/c', is: 'one-of', value: ['x', 1, true] }] },
        { field: '/p', is: 'in-postcode-district', value: ['NS1', 'NS2'] },
      ],
    };
    expect(printText([{ kind: 'list', items: [conditionInWords(rows)] }])).toBe(
      [
        '  - all of these are so:',
        '    - this is not so:',
        '      - one or more of these are so:',
        '        - there is a value for a [/a]',
        '        - b [/b] is 3 or less',
        '    - c [/c] is one of “x”, the number 1, yes (true)',
        '    - p [/p] is a postcode in NS1 or NS2',
        '',
      ].join('\n'),
    );
  });
});

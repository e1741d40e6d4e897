import { describe, expect, it } from 'vitest';
import type { Condition } from '../document/agreement.js';
import { conditionInWords, whenItCanBeTold } from './conditions.js';
import { printText } from './print-text.js';
import {
  dateInWords,
  durationInWords,
  formInWords,
  numberInWords,
  partialDateInWords,
  plainName,
} from './words.js';

describe('words for', () => {
  it.each([
    ['2026-04-01', '1 April 2026'],
    ['0001-12-31', '31 December 0001'],
  ])('the day %s', (date, words) => {
    expect(dateInWords(date)).toBe(words);
  });

  it.each([
    ['2026-04-01', 'on 1 April 2026'],
    ['2026-04', 'in April 2026'],
    ['2026', 'in 2026'],
  ])('the partial date %s', (date, words) => {
    expect(partialDateInWords(date)).toBe(words);
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
    [{ generalise: 'initial' }, 'the first letter only'],
    [{ generalise: 'age-band', from: [16, 65] }, 'as one of the bands 0-15, 16-64 and 65+'],
    [{ generalise: 'age-band', from: [1] }, 'as one of the bands 0-0 and 1+'],
    [{ pseudonym: 'person' }, 'as a stand-in that only this recipient sees (kind: person)'],
    [
      { pseudonym: 'person', epoch: 2 },
      'as a stand-in that only this recipient sees (kind: person, series 2)',
    ],
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
        { field: '/n', is: 'more-than', value: 84000 },
        { field: '/n', is: 'less-than', value: 0.5 },
        { field: '/d', is: 'on-or-after', value: '2026-04-01' },
        { field: '/d', is: 'on-or-before', value: '2026-05' },
        { field: '/d', is: 'on-or-after', value: '2026' },
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
        '    - n [/n] is more than 84,000',
        '    - n [/n] is less than 0.5',
        '    - d [/d] is on 1 April 2026 or later',
        '    - d [/d] is in May 2026 or earlier',
        '    - d [/d] is in 2026 or later',
        '',
      ].join('\n'),
    );
  });

  it('what cannot be told, with what it means for dates where there are any', () => {
    const age: Condition = { field: '/a', is: 'at-least', value: 16 };
    const date: Condition = { field: '/d', is: 'on-or-before', value: '2026' };
    expect(whenItCanBeTold(age)).toBe('Where it cannot be told, nothing is given.');
    for (const rows of [date, { not: date }, { any: [age, { all: [date] }] }]) {
      expect(whenItCanBeTold(rows)).toBe(
        'Where it cannot be told, nothing is given. A date of which only the month or the year is known stands for ' +
          'all of its days, and unless all of them lie on one side, it cannot be told. Of a date with a time, the ' +
          'day counts as it is written.',
      );
    }
  });
});

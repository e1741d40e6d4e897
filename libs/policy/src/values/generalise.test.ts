import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ageBand, band, coarserDate, initial, postcodeArea, postcodeDistrict } from './generalise.js';

it.each([
  ['NS1 4QX', 'NS1', 'NS'],
  ['NS14QX', 'NS1', 'NS'],
  ['NS11 4QX', 'NS11', 'NS'],
  ['NS114QX', 'NS11', 'NS'],
  ['N1 4QX', 'N1', 'N'],
  ['NW1A 4QX', 'NW1A', 'NW'],
  ['N1A4QX', 'N1A', 'N'],
])('%s lies in %s and %s', (postcode, district, area) => {
  expect(postcodeDistrict(postcode)).toBe(district);
  expect(postcodeArea(postcode)).toBe(area);
});

it.each([
  '',
  'NS1',
  'ns1 4qx',
  ' NS1 4QX',
  'NS1 4QX ',
  'NS1 4QX\n',
  'NS1  4QX',
  'NSX1 4QX',
  'NS1 4Q',
  'NS1 44X',
  '11 4QX',
  'NS1 4QX, England',
  'NS１ 4QX',
])('%j is no postcode', (text) => {
  expect(postcodeDistrict(text)).toBeUndefined();
  expect(postcodeArea(text)).toBeUndefined();
});

it('every postcode lies in its district, with or without its space', () => {
  const postcodes = fc.stringMatching(/^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$/u);
  fc.assert(
    fc.property(postcodes, (text) => {
      const outward = text.slice(0, -3);
      expect(postcodeDistrict(text)).toBe(outward);
      expect(postcodeDistrict(`${outward} ${text.slice(-3)}`)).toBe(outward);
    }),
  );
});

it.each([
  ['1951', '1951', '1951'],
  ['1951-03', '1951', '1951-03'],
  ['1951-03-09', '1951', '1951-03'],
  ['2024-02-29', '2024', '2024-02'],
  ['1951-03-09T23:59:60.5+14:00', '1951', '1951-03'],
])('%s is the year %s and the month %s', (date, year, month) => {
  expect(coarserDate(date, 'year')).toBe(year);
  expect(coarserDate(date, 'month')).toBe(month);
});

it.each([
  '',
  '51',
  '1951-3',
  '1951-13',
  '1951-00',
  '1951-03-32',
  '1951-02-29',
  '1951-04-31',
  '1900-02-29',
  '0000',
  '1951-03-09T10:00Z',
  '1951-03-09T24:00:00Z',
  '1951-03-09T10:00:00',
  '1951-03T10:00:00Z',
  '09/03/1951',
  '1951-03-09 x',
])('%j is no date', (date) => expect(coarserDate(date, 'year')).toBeUndefined());

it('a band holds its value, and shows only to which multiple of its width it belongs', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.integer({ min: 2, max: 1_000_000 }),
      (value, width) => {
        const [, from, to] = /^(-?\d+)-(-?\d+)$/u.exec(band(value, width) ?? '') ?? [];
        expect(Number(from)).toBeLessThanOrEqual(value);
        expect(Number(to)).toBeGreaterThanOrEqual(value);
        expect(Number(to) - Number(from)).toBe(width - 1);
        expect(band(Number(from), width)).toBe(band(Number(to), width));
        expect(Math.abs(Number(from) % width)).toBe(0);
      },
    ),
  );
});

it.each([1.5, Number.NaN, Infinity, 2 ** 53])('%s has no band', (value) =>
  expect(band(value, 10)).toBeUndefined(),
);

it.each([
  [0, '0-15'],
  [15, '0-15'],
  [16, '16-64'],
  [64, '16-64'],
  [65, '65+'],
  [130, '65+'],
])('%i lies in the age band %s', (age, text) => expect(ageBand(age, [16, 65])).toBe(text));

it.each([-1, 1.5, Number.NaN, 2 ** 53])('%s is no age', (age) => expect(ageBand(age, [16])).toBeUndefined());

it.each([
  ['Siân', 'S'],
  ['Łukasz', 'Ł'],
  ['王', '王'],
  ['e\u0301lan', 'é'],
  ['\u1112\u1161\u11ab', '한'],
  ['o', 'o'],
  ['𐐨x', '𐐨'],
])('the initial of %s is %s', (text, letter) => expect(initial(text)).toBe(letter));

it.each(['', ' Ada', '’Abd', '7', '-', '\u0301a', '\ud801', '🙂'])('%j has no initial', (text) =>
  expect(initial(text)).toBeUndefined(),
);

it('an initial says one letter of a text, however many marks are piled on it', () => {
  const piled = initial(`a${'\u0316'.repeat(10_000)}secret`);
  expect(Array.from(piled ?? '').length).toBe(1);
});

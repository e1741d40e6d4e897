import { describe, expect, it } from 'vitest';
import { digestOf, type Json, type JsonObject } from '@concordat/record';
import type { Agreement, Condition, Form, Grant } from '../document/agreement.js';
import { freezeAgreement } from '../document/document.js';
import { exampleAgreement } from '../document/example-agreement.js';
import type { Difference } from './change.js';
import { compareAgreements } from './difference.js';

const closed = (properties: JsonObject, required: string[] = []): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const line: JsonObject = { type: 'string', minLength: 1 };

const schema = closed(
  {
    name: line,
    /** The year 0000 cannot be given in a coarser form; the other one rules it out. */
    born: { type: 'string', format: 'date' },
    died: { type: 'string', format: 'date', pattern: '^[12]' },
    /** Any text: no form of a date or a postcode can be sure of it. */
    said: { type: 'string' },
    postcode: { type: 'string', pattern: '^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$' },
    age: { type: 'integer' },
    years: { type: 'integer', minimum: 0 },
    cause: line,
    number: line,
    other: line,
    address: closed({ lines: { type: 'array', items: line }, town: line }, ['town']),
    notes: closed({ first: line, second: line }),
    names: { type: 'array', items: closed({ given: line, family: line }, ['family']) },
    loose: { type: 'array', items: closed({ given: line, family: line }) },
  },
  ['name'],
);

type Fields = Readonly<Record<string, Form>>;
const pseudonym = (domain: string): Form => ({ pseudonym: domain });
const generalised = (
  generalise: 'month' | 'year' | 'postcode-district' | 'postcode-area' | 'initial',
): Form => ({ generalise });
const band = (width: number): Form => ({ generalise: 'band', width });
const ages = (...from: number[]): Form => ({ generalise: 'age-band', from });

function agreement(fields: Fields, rows?: Condition, more: readonly Partial<Grant>[] = []): Agreement {
  const draft = exampleAgreement();
  const grant = (part: Fields): JsonObject => ({
    id: 'deaths',
    provider: 'register-office',
    recipient: 'pensions',
    event: 'death.registered',
    schema: digestOf(schema),
    fields: Object.entries(part).map(([field, as]) => ({ field, as: as as Json, because: 'It is needed' })),
  });
  draft['grants'] = [
    { ...grant(fields), ...(rows && { rows: rows as unknown as JsonObject }) },
    ...more.map((part) => ({ ...grant({}), ...(part as JsonObject) })),
  ];
  return freezeAgreement(draft).agreement;
}

const compare = (
  before: Agreement,
  after: Agreement,
  findSchema: (() => JsonObject) | undefined = () => schema,
): Difference => compareAgreements(before, after, findSchema);

const fieldsDiffer = (before: Fields, after: Fields): Difference =>
  compare(agreement({ '/name': 'clear', ...before }), agreement({ '/name': 'clear', ...after }));

const aged = (is: 'at-least' | 'at-most' | 'more-than' | 'less-than', value: number): Condition => ({
  field: '/age',
  is,
  value,
});
const born = (is: 'on-or-after' | 'on-or-before', value: string): Condition => ({
  field: '/born',
  is,
  value,
});
const causeIn = (...value: string[]): Condition => ({ field: '/cause', is: 'one-of', value });

describe('fields', () => {
  it.each<[string, Fields, Fields]>([
    ['a field given no longer', { '/cause': 'clear' }, {}],
    ['a date of which only the month is given', { '/born': 'clear' }, { '/born': generalised('month') }],
    [
      'a month of which only the year is given',
      { '/born': generalised('month') },
      { '/born': generalised('year') },
    ],
    [
      'any text of which only the year is given',
      { '/said': generalised('month') },
      { '/said': generalised('year') },
    ],
    ['a month that always could be given', { '/died': generalised('month') }, {}],
    ['a date of which only the presence is given', { '/died': generalised('year') }, { '/died': 'presence' }],
    [
      'a postcode and its district',
      { '/postcode': 'clear' },
      { '/postcode': generalised('postcode-district') },
    ],
    [
      'a district and its area',
      { '/postcode': generalised('postcode-district') },
      { '/postcode': generalised('postcode-area') },
    ],
    ['a wider band', { '/age': band(5) }, { '/age': band(10) }],
    ['a band given no longer', { '/age': band(5) }, {}],
    ['a band of ages', { '/age': 'clear' }, { '/age': ages(16, 65) }],
    ['fewer bands of ages', { '/age': ages(5, 16, 65) }, { '/age': ages(5, 65) }],
    ['a band of ages where bands of one width end', { '/age': band(5) }, { '/age': ages(5, 65) }],
    ['a band of ages that always could be given', { '/years': ages(16) }, {}],
    ['the first letter alone', { '/name': 'clear' }, { '/name': generalised('initial') }],
    ['a pseudonym and presence', { '/number': pseudonym('person') }, { '/number': 'presence' }],
    ['a pseudonym given no longer', { '/number': pseudonym('person') }, {}],
    ['presence', { '/name': 'clear', '/cause': 'clear' }, { '/cause': 'presence' }],
    ['part of an object', { '/address': 'clear' }, { '/address/town': 'clear' }],
    ['an object of which only the presence is given', { '/address': 'clear' }, { '/address': 'presence' }],
    ['part of each element', { '/names': 'clear' }, { '/names/*/family': 'clear' }],
    ['one element of those that are all given', { '/names': 'clear' }, { '/names/0': 'clear' }],
    ['one element less', { '/names/0': 'clear', '/names/1': 'clear' }, { '/names/0': 'clear' }],
    ['a list of which only the presence is given', { '/names': 'clear' }, { '/names': 'presence' }],
    ['an attribute given no longer', { subject: 'clear' }, {}],
  ])('%s narrows', (_, before, after) => {
    expect(fieldsDiffer(before, after).overall).toBe('narrows');
  });

  it.each<[string, Fields, Fields]>([
    ['a new field', {}, { '/cause': 'presence' }],
    [
      'the month where there was the year',
      { '/born': generalised('year') },
      { '/born': generalised('month') },
    ],
    ['a field whose form may have failed', { '/said': generalised('year') }, {}],
    ['presence where the form may have failed', { '/said': generalised('year') }, { '/said': 'presence' }],
    ['presence of what may be the empty text', { '/said': pseudonym('word') }, { '/said': 'presence' }],
    ['a band that cuts across', { '/age': band(10) }, { '/age': band(15) }],
    ['another age where a band begins', { '/age': ages(16, 65) }, { '/age': ages(18, 65) }],
    ['more bands of ages', { '/age': ages(16) }, { '/age': ages(16, 65) }],
    ['a band of ages within bands of one width', { '/age': band(10) }, { '/age': ages(65) }],
    ['bands of one width where there were ages', { '/age': ages(10, 20) }, { '/age': band(10) }],
    ['a band of ages that may have failed, below 0', { '/age': ages(16) }, {}],
    ['a day that no calendar may have', { '/born': generalised('month') }, {}],
    ['a first letter that may not have been there', { '/cause': generalised('initial') }, {}],
    [
      'presence where there may have been no letter',
      { '/cause': generalised('initial') },
      { '/cause': 'presence' },
    ],
    ['a pseudonym made anew', { '/number': pseudonym('a') }, { '/number': { pseudonym: 'a', epoch: 2 } }],
    [
      'a pseudonym as it was before',
      { '/number': { pseudonym: 'a', epoch: 2 } },
      { '/number': { pseudonym: 'a', epoch: 1 } },
    ],
    ['a pseudonym where there was the value', { '/number': 'clear' }, { '/number': pseudonym('person') }],
    ['an attribute as a pseudonym', { subject: 'clear' }, { subject: pseudonym('entry') }],
    [
      'a pseudonym in each element where there was the whole list',
      { '/names': 'clear' },
      { '/names/*/family': pseudonym('person') },
    ],
    ['another kind of pseudonym', { '/number': pseudonym('a') }, { '/number': pseudonym('b') }],
    ['a whole object', { '/address/town': 'clear' }, { '/address': 'clear' }],
    [
      'presence of an object of which nothing may have shown',
      { '/notes': 'clear' },
      { '/notes': 'presence' },
    ],
    ['each element where there was one', { '/names/0': 'clear' }, { '/names/*': 'clear' }],
    ['one element where gaps do not show', { '/loose': 'clear' }, { '/loose/0': 'clear' }],
    [
      'one element less where gaps do not show',
      { '/loose/0': 'clear', '/loose/1': 'clear' },
      { '/loose/0': 'clear' },
    ],
    [
      'presence in elements that left no gap',
      { '/loose/*/given': 'clear' },
      { '/loose/*/given': 'presence' },
    ],
    ['an attribute that may have failed', { subject: generalised('year') }, {}],
  ])('%s widens', (_, before, after) => {
    expect(fieldsDiffer(before, after).overall).toBe('widens');
  });

  it.each<[string, Fields, Fields]>([
    [
      'members in place of the whole object',
      { '/address': 'clear' },
      { '/address/town': 'clear', '/address/lines': 'clear' },
    ],
    [
      'the first epoch by its number',
      { '/number': pseudonym('a') },
      { '/number': { pseudonym: 'a', epoch: 1 } },
    ],
    ['another order', { '/born': 'clear', '/age': 'clear' }, { '/age': 'clear', '/born': 'clear' }],
  ])('%s is administrative', (_, before, after) => {
    expect(fieldsDiffer(before, after).overall).toBe('administrative');
  });

  describe('as pseudonyms', () => {
    // The versions: a pseudonym with the cause; then number and name; then the pseudonym again, with the name.
    it('widen, since whoever kept what an older version gave could join it with names', () => {
      const [before, after] = [
        { '/number': 'clear', '/name': 'clear' },
        { '/number': pseudonym('person'), '/name': 'clear' },
      ] as const;
      const { overall, changes } = fieldsDiffer(before, after);
      expect(overall).toBe('widens');
      expect(changes.map(({ sentence }) => sentence)).toEqual([
        'The Pensions Agency will get “number” (of death.registered from The Register Office) in another form: as a stand-in that only this recipient sees (kind: person). Until now: as it is. A stand-in that was not given until now could be joined with records that were given before, also by older versions: whoever has both would learn more of a person.',
      ]);
    });

    it('widen without the schema too', () => {
      const [before, after] = [agreement({ '/a': 'clear' }), agreement({ '/a/b': pseudonym('person') })];
      expect(compareAgreements(before, after).overall).toBe('widens');
    });

    it('that were there before do not widen', () => {
      const [before, after] = [
        { '/number': pseudonym('person'), '/cause': 'clear' },
        { '/number': pseudonym('person') },
      ] as const;
      expect(fieldsDiffer(before, after).overall).toBe('narrows');
    });
  });
});

describe('rows', () => {
  const rowsDiffer = (fields: Fields, before?: Condition, after?: Condition): Difference =>
    compare(agreement(fields, before), agreement(fields, after));
  const seen: Fields = { '/age': 'clear', '/born': 'clear', '/cause': 'clear', '/postcode': 'clear' };

  it.each<[string, Fields, Condition | undefined, Condition | undefined]>([
    ['a condition', seen, undefined, aged('at-least', 16)],
    ['one condition more', seen, { all: [causeIn('a')] }, { all: [causeIn('a'), aged('at-least', 16)] }],
    ['a higher age', seen, aged('at-least', 16), aged('at-least', 18)],
    ['fewer values', seen, causeIn('a', 'b'), causeIn('b')],
    ['one way fewer', seen, { any: [causeIn('a'), aged('at-least', 16)] }, causeIn('a')],
    ['more values left out', seen, { not: causeIn('a') }, { not: causeIn('a', 'b') }],
    [
      'fewer districts',
      { '/postcode': generalised('postcode-district') },
      { field: '/postcode', is: 'in-postcode-district', value: ['NS1', 'NS2'] },
      { field: '/postcode', is: 'in-postcode-district', value: ['NS1'] },
    ],
    ['an age where its bands end', { '/age': band(10) }, undefined, aged('at-least', 20)],
    ['an age where its bands end, strictly', { '/age': band(10) }, undefined, aged('more-than', 19)],
    ['an age where one of the bands begins', { '/age': ages(16, 65) }, undefined, aged('less-than', 65)],
    ['ages that everybody has', { '/age': ages(16) }, undefined, aged('at-least', 0)],
    ['a bound that is left out', seen, aged('at-least', 16), aged('more-than', 16)],
    ['a bound that is left out above', seen, aged('at-most', 16), { not: aged('at-least', 16) }],
    ['a later day', seen, born('on-or-after', '1950'), born('on-or-after', '1950-01-02')],
    ['an earlier month', seen, born('on-or-before', '1950'), born('on-or-before', '1950-11')],
    [
      'days of one year',
      seen,
      born('on-or-after', '1950'),
      { all: [born('on-or-after', '1950'), born('on-or-before', '1950')] },
    ],
    [
      'days that are listed',
      seen,
      born('on-or-after', '1950-06'),
      { field: '/born', is: 'one-of', value: ['1950-06-01', '1951'] },
    ],
    [
      'days after one that is left out',
      seen,
      { not: { field: '/born', is: 'equals', value: '1950-06-01' } },
      born('on-or-after', '1950-07'),
    ],
    ['a year that shows', { '/born': generalised('year') }, undefined, born('on-or-after', '1950')],
    [
      'a month that shows',
      { '/born': generalised('month') },
      undefined,
      { not: born('on-or-before', '1950-06-30') },
    ],
    ['presence, once it is shown', { '/cause': 'presence' }, undefined, { field: '/cause', is: 'present' }],
    [
      'presence where more was known',
      { '/name': 'clear' },
      causeIn('a'),
      { all: [{ field: '/cause', is: 'present' }, causeIn('a'), { field: '/name', is: 'present' }] },
    ],
  ])('%s narrows', (_, fields, before, after) => {
    expect(rowsDiffer(fields, before, after).overall).toBe('narrows');
  });

  it.each<[string, Fields, Condition | undefined, Condition | undefined]>([
    ['no condition', seen, aged('at-least', 16), undefined],
    ['a lower age', seen, aged('at-least', 18), aged('at-least', 16)],
    ['another field', seen, aged('at-least', 18), causeIn('a')],
    ['more values', seen, causeIn('a'), causeIn('a', 'b')],
    ['fewer values left out', seen, { not: causeIn('a', 'b') }, { not: causeIn('a') }],
    // To get the deaths of one cause alone is to learn the cause of each.
    ['a condition on what is not shown', { '/name': 'clear' }, undefined, causeIn('a')],
    ['a higher age that is not shown', { '/name': 'clear' }, aged('at-least', 16), aged('at-least', 100)],
    ['an age within a band', { '/age': band(10) }, undefined, aged('at-least', 16)],
    ['an age within a band of ages', { '/age': ages(10, 65) }, undefined, aged('at-least', 16)],
    ['an age at the end of a band', { '/age': ages(16) }, undefined, aged('more-than', 16)],
    ['a bound that was left out', seen, aged('more-than', 16), aged('at-least', 16)],
    ['an earlier day', seen, born('on-or-after', '1950-01-02'), born('on-or-after', '1950')],
    ['a later month', seen, born('on-or-before', '1950-11'), born('on-or-before', '1950')],
    [
      'a month within a year that shows',
      { '/born': generalised('year') },
      undefined,
      born('on-or-after', '1950-06'),
    ],
    [
      'a day within a month that shows',
      { '/born': generalised('month') },
      undefined,
      born('on-or-before', '1950-06-29'),
    ],
    [
      'a time that may be on that day',
      seen,
      { not: { field: '/born', is: 'equals', value: '1950-07-01T00:00:00Z' } },
      born('on-or-after', '1950-07'),
    ],
    ['a date that is not shown', { '/name': 'clear' }, undefined, born('on-or-after', '1950')],
    [
      'another place where only the letter shows',
      { '/name': generalised('initial') },
      undefined,
      { field: '/name', is: 'equals', value: 'A' },
    ],
  ])('%s widens', (_, fields, before, after) => {
    expect(rowsDiffer(fields, before, after).overall).toBe('widens');
  });

  it.each<[string, Condition, Condition]>([
    [
      'in another order',
      { all: [causeIn('a'), aged('at-least', 16)] },
      { all: [aged('at-least', 16), causeIn('a')] },
    ],
    ['as its opposite’s opposite', causeIn('a', 'b'), { not: { not: causeIn('b', 'a') } }],
    ['the other way round', { not: aged('less-than', 16) }, aged('at-least', 16)],
    ['the other way round, strictly', { not: aged('at-most', 16) }, aged('more-than', 16)],
    ['by the day before', { not: born('on-or-after', '1950-03') }, born('on-or-before', '1950-02-28')],
    ['by the first day of a year', born('on-or-after', '1950'), born('on-or-after', '1950-01-01')],
    [
      'by the day after a leap day',
      { not: born('on-or-before', '1952-02-29') },
      born('on-or-after', '1952-03'),
    ],
    [
      'by De Morgan',
      { not: { any: [causeIn('a'), causeIn('b')] } },
      { all: [{ not: causeIn('a') }, { not: causeIn('b') }] },
    ],
  ])('the same condition %s is administrative', (_, before, after) => {
    expect(rowsDiffer({ '/name': 'clear' }, before, after).overall).toBe('administrative');
  });
});

describe('without the schema', () => {
  const blindly = (before: Fields, after: Fields): Difference['overall'] =>
    compareAgreements(agreement({ '/name': 'clear', ...before }), agreement({ '/name': 'clear', ...after }))
      .overall;

  it('what no schema could make more than it was narrows', () => {
    expect(blindly({ '/cause': 'clear' }, {})).toBe('narrows');
    expect(blindly({ '/born': generalised('month') }, { '/born': generalised('year') })).toBe('narrows');
    expect(blindly({ '/age': ages(16, 65) }, { '/age': ages(65) })).toBe('narrows');
    expect(blindly({ '/address': 'clear' }, { '/address/town': 'clear' })).toBe('narrows');
  });

  it('what depends on it widens', () => {
    expect(blindly({ '/born': generalised('month') }, {})).toBe('widens');
    expect(blindly({ '/address': 'clear' }, { '/address': 'presence' })).toBe('widens');
    expect(blindly({ '/names': 'clear' }, { '/names/0': 'clear' })).toBe('widens');
  });
});

describe('in words', () => {
  const sentences = (difference: Difference): string[] => difference.changes.map(({ sentence }) => sentence);

  it('says who will get what, and what they got', () => {
    const difference = fieldsDiffer(
      { '/cause': 'clear', '/born': generalised('year') },
      { '/born': 'clear', '/number': pseudonym('person') },
    );
    const of = '(of death.registered from The Register Office)';
    expect(sentences(difference)).toEqual([
      `The Pensions Agency will no longer get “cause” ${of}.`,
      `The Pensions Agency will get “born” ${of} in another form: as it is. Until now: the year only.`,
      `The Pensions Agency will get “number” ${of}, as a stand-in that only this recipient sees (kind: person). Until now it did not.`,
    ]);
    expect(difference.changes.map(({ path, kind }) => [path, kind])).toEqual([
      ['/grants/0/fields/1', 'narrows'],
      ['/grants/0/fields/1', 'widens'],
      ['/grants/0/fields/2', 'widens'],
    ]);
  });

  it('says what it means to make stand-ins anew', () => {
    const difference = fieldsDiffer(
      { '/number': pseudonym('person') },
      { '/number': { pseudonym: 'person', epoch: 2 } },
    );
    expect(sentences(difference)).toEqual([
      'The Pensions Agency will get “number” (of death.registered from The Register Office) in another form: as a stand-in that only this recipient sees (kind: person, series 2). Until now: as a stand-in that only this recipient sees (kind: person). Everybody gets another stand-in. Nobody can tell what older versions gave that it could be joined with.',
    ]);
  });

  it('says why less can tell more', () => {
    const rows = compare(agreement({ '/name': 'clear' }), agreement({ '/name': 'clear' }, causeIn('a')));
    expect(sentences(rows)).toEqual([
      'The Pensions Agency will get death.registered from The Register Office for fewer events than before, but chosen by something that it does not see: each one would tell more than it did.',
    ]);
    expect(sentences(fieldsDiffer({ '/said': generalised('year') }, {}))).toEqual([
      'The Pensions Agency will no longer get “said” (of death.registered from The Register Office). Records in which the value could not be given in that form were withheld as a whole until now; they would be given.',
    ]);
  });
});

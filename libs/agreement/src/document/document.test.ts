import { describe, expect, it } from 'vitest';
import { BrokerError, type Finding } from '@concordat/problem';
import { digestOfText, type JsonObject } from '@concordat/record';
import { freezeAgreement, readFrozenAgreement } from './document.js';
import { exampleAgreement } from './example-agreement.js';

/** What is found wrong with the example after a change; none when it is taken. */
function findingsAfter(change: (document: JsonObject) => void): readonly Finding[] {
  const document = exampleAgreement();
  change(document);
  try {
    freezeAgreement(document);
    return [];
  } catch (error) {
    if (error instanceof BrokerError && error.code === 'agreement-invalid') return error.findings;
    throw error;
  }
}

const part = (document: JsonObject, ...path: (string | number)[]): JsonObject =>
  path.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown>)[step],
    document,
  ) as JsonObject;

const list = (document: JsonObject, ...path: (string | number)[]): JsonObject[] =>
  part(document, ...path) as unknown as JsonObject[];

describe('the example', () => {
  it('is taken, as canonical text with its digest', () => {
    const { agreement, text, digest } = freezeAgreement(exampleAgreement());
    expect(agreement.id).toBe('death-notification');
    expect(digest).toBe(digestOfText(text));
    expect(JSON.parse(text)).toEqual(exampleAgreement());
  });

  it('is read again from its text, and from no other spelling of it', () => {
    const { text, digest } = freezeAgreement(exampleAgreement());
    expect(readFrozenAgreement(text).digest).toBe(digest);
    for (const other of [
      JSON.stringify(JSON.parse(text), null, 1),
      text.replace('"version":1', '"version":1.0'),
    ]) {
      expect(() => readFrozenAgreement(other)).toThrow(/canonical/u);
    }
    expect(() => readFrozenAgreement(text.replace('{', '{"version":1,'))).toThrow(BrokerError);
    for (const other of ['null', '[]', '1', ''])
      expect(() => readFrozenAgreement(other)).toThrow(BrokerError);
  });
});

describe('an unknown member', () => {
  const PLACES: (string | number)[][] = [
    [],
    ['parties', 0],
    ['purpose'],
    ['legal'],
    ['legal', 'powers', 0],
    ['legal', 'dpia'],
    ['term'],
    ['grants', 0],
    ['grants', 0, 'rows'],
    ['grants', 0, 'rows', 'all', 0],
    ['grants', 0, 'fields', 0],
    ['grants', 0, 'fields', 1, 'as'],
    ['duties'],
    ['duties', 'retention', 0],
    ['duties', 'breach'],
  ];

  it.each(PLACES.map((path) => [`/${path.join('/')}`, path] as const))('at %s is refused', (_, path) => {
    expect(findingsAfter((document) => (part(document, ...path)['extra'] = true))).not.toEqual([]);
  });
});

describe('a missing member', () => {
  const required = Object.keys(exampleAgreement());
  it.each(required)('%s is refused', (name) => {
    expect(findingsAfter((document) => Reflect.deleteProperty(document, name))).not.toEqual([]);
  });
});

describe('what the schema refuses', () => {
  it.each<[string, (document: JsonObject) => void]>([
    ['another version of the format', (document) => (document['dsa'] = '1.1')],
    ['version 0', (document) => (document['version'] = 0)],
    ['version 1.5', (document) => (document['version'] = 1.5)],
    ['a version as a text', (document) => (document['version'] = '1')],
    ['an id in capitals', (document) => (document['id'] = 'Deaths')],
    ['an id with a path in it', (document) => (document['id'] = 'deaths/../other')],
    ['an id with a line end', (document) => (document['id'] = 'deaths\n')],
    ['one party', (document) => (list(document, 'parties').length = 1)],
    ['a party without signatories', (document) => (part(document, 'parties', 0)['signatories'] = [])],
    [
      'a signatory named twice',
      (document) => {
        part(document, 'parties', 0)['signatories'] = [1, 2].map(() => ({
          role: 'legal',
          name: 'A',
          position: 'B',
        }));
      },
    ],
    ['no grants', (document) => (document['grants'] = [])],
    ['a grant without fields', (document) => (part(document, 'grants', 0)['fields'] = [])],
    ['no legal power', (document) => (part(document, 'legal')['powers'] = [])],
    ['a basis that Article 6 does not have', (document) => (part(document, 'legal')['article6'] = '6(1)(g)')],
    ['a day that does not exist', (document) => (part(document, 'term')['from'] = '2026-02-30')],
    ['a time instead of a day', (document) => (part(document, 'term')['from'] = '2026-04-01T00:00:00Z')],
    [
      'a digest in capitals',
      (document) => (part(document, 'grants', 0)['schema'] = `sha256:${'A'.repeat(64)}`),
    ],
    [
      'a digest of another kind',
      (document) => (part(document, 'grants', 0)['schema'] = `md5:${'0'.repeat(32)}`),
    ],
    ['a duration in words', (document) => (part(document, 'duties', 'breach')['within'] = 'one day')],
  ])('%s', (_, change) => expect(findingsAfter(change)).not.toEqual([]));

  const withField = (field: unknown): readonly Finding[] =>
    findingsAfter((document) => (part(document, 'grants', 0, 'fields', 0)['field'] = field as string));
  const withForm = (as: unknown): readonly Finding[] =>
    findingsAfter((document) => (part(document, 'grants', 0, 'fields', 0)['as'] = as as string));
  const withRows = (rows: unknown): readonly Finding[] =>
    findingsAfter((document) => (part(document, 'grants', 0)['rows'] = rows as JsonObject));

  it.each(['/a', '/a/*/b', '/a~1b', '/a~0b', '/é', 'source', 'time'])('the field %j is one', (field) =>
    expect(withField(field)).toEqual([]),
  );
  it.each([
    '',
    '/',
    '//',
    '/a/',
    '/a~',
    '/a~2',
    '$.a',
    '/a//b',
    'Subject',
    'sub ject',
    '#/a',
    null,
    1,
    ['/a'],
  ])('the field %j is none', (field) => expect(withField(field)).not.toEqual([]));

  it.each([
    'clear',
    'presence',
    { generalise: 'month' },
    { generalise: 'postcode-area' },
    { generalise: 'band', width: 10 },
    { generalise: 'initial' },
    { generalise: 'age-band', from: [1] },
    { generalise: 'age-band', from: [16, 65, 150] },
    { generalise: 'age-band', from: Array.from({ length: 50 }, (_, index) => index + 1) },
    { pseudonym: 'person' },
    { pseudonym: 'person', epoch: 1 },
    { pseudonym: 'person', epoch: 2 },
  ])('the form %j is one', (form) => expect(withForm(form)).toEqual([]));
  it.each([
    'Clear',
    'hash',
    '',
    null,
    {},
    { generalise: 'day' },
    { generalise: 'band' },
    { generalise: 'band', width: 1 },
    { generalise: 'band', width: 0 },
    { generalise: 'band', width: 2.5 },
    { generalise: 'band', width: -10 },
    { generalise: 'month', width: 10 },
    { generalise: 'age-band' },
    { generalise: 'age-band', from: [] },
    { generalise: 'age-band', from: [0, 16] },
    { generalise: 'age-band', from: [16, 151] },
    { generalise: 'age-band', from: [16.5] },
    { generalise: 'age-band', from: ['16'] },
    { generalise: 'age-band', from: [16, 16] },
    { generalise: 'age-band', from: Array.from({ length: 51 }, (_, index) => index + 1) },
    { generalise: 'age-band', from: 16 },
    { generalise: 'age-band', from: [16], width: 10 },
    { generalise: 'initial', from: [16] },
    { generalise: 'band', width: 10, from: [16] },
    { pseudonym: 'person', epoch: 0 },
    { pseudonym: 'person', epoch: 1.5 },
    { pseudonym: 'person', epoch: '1' },
    { pseudonym: 'person', epoch: null },
    { epoch: 1 },
    { pseudonym: '' },
    { pseudonym: 'Person' },
    { pseudonym: 'person', generalise: 'month' },
    ['clear'],
  ])('the form %j is none', (form) => expect(withForm(form)).not.toEqual([]));

  const condition = { field: '/a', is: 'equals', value: 1 };
  it.each([
    condition,
    { not: condition },
    { any: [condition, { field: '/a', is: 'present' }] },
    { field: '/a', is: 'one-of', value: ['x', 1, true] },
    { field: '/a', is: 'in-postcode-district', value: ['NS1'] },
    { field: '/a', is: 'more-than', value: 16 },
    { field: '/a', is: 'less-than', value: -0.5 },
    { field: '/a', is: 'on-or-after', value: '2026' },
    { field: '/a', is: 'on-or-after', value: '0001-01-01' },
    { field: '/a', is: 'on-or-before', value: '9999-12' },
    { field: '/a', is: 'on-or-before', value: '2024-02-29' },
  ])('the condition %j is one', (rows) => expect(withRows(rows)).toEqual([]));
  it.each([
    {},
    null,
    [],
    { all: [] },
    { any: [] },
    { not: [condition] },
    { all: [condition], any: [condition] },
    { all: [condition], not: condition },
    { field: '/a', is: 'matches', value: '.*' },
    { field: '/a', is: 'at-least', value: '16' },
    { field: '/a', is: 'equals', value: null },
    { field: '/a', is: 'equals', value: { a: 1 } },
    { field: '/a', is: 'equals' },
    { field: '/a', is: 'one-of', value: [] },
    { field: '/a', is: 'one-of', value: [null] },
    { field: '/a', is: 'in-postcode-district', value: ['ns1'] },
    { field: '/a', is: 'present', value: true },
    { field: '/a', is: 'more-than', value: '16' },
    { field: '/a', is: 'less-than' },
    { field: '/a', is: 'on-or-after', value: 2026 },
    { field: '/a', is: 'on-or-after', value: '' },
    { field: '/a', is: 'on-or-after', value: '26' },
    { field: '/a', is: 'on-or-after', value: '2026-4' },
    { field: '/a', is: 'on-or-after', value: '2026-13' },
    { field: '/a', is: 'on-or-after', value: '2026-04-32' },
    { field: '/a', is: 'on-or-after', value: '2026-04-01T00:00:00Z' },
    { field: '/a', is: 'on-or-before', value: ['2026'] },
    { field: '/a', is: 'after', value: '2026' },
    { field: 'subject', is: 'present' },
  ])('the condition %j is none', (rows) => expect(withRows(rows)).not.toEqual([]));
});

describe('a contradiction', () => {
  it.each<[string, string, (document: JsonObject) => void]>([
    [
      'an agency that is two parties',
      '/parties/2/agency',
      (document) => {
        Object.assign(part(document, 'parties', 2), { agency: 'pensions', actsFor: 'register-office' });
      },
    ],
    [
      'a term that ends before it begins',
      '/term/until',
      (document) => {
        part(document, 'term')['until'] = '2026-03-31';
      },
    ],
    [
      'a review before the term',
      '/term/reviewBy',
      (document) => {
        part(document, 'term')['reviewBy'] = '2026-03-31';
      },
    ],
    [
      'two grants of one name',
      '/grants/1/id',
      (document) => {
        const [grant] = list(document, 'grants');
        list(document, 'grants').push({ ...grant!, recipient: 'council' });
      },
    ],
    [
      'two grants for one exchange',
      '/grants/1',
      (document) => {
        const [grant] = list(document, 'grants');
        list(document, 'grants').push({ ...grant!, id: 'more-deaths' });
      },
    ],
    [
      'a provider that is no party',
      '/grants/0/provider',
      (document) => {
        part(document, 'grants', 0)['provider'] = 'tax-office';
      },
    ],
    [
      'a provider that is a recipient',
      '/grants/0/provider',
      (document) => {
        part(document, 'grants', 0)['provider'] = 'council';
      },
    ],
    [
      'a recipient that is no party',
      '/grants/0/recipient',
      (document) => {
        part(document, 'grants', 0)['recipient'] = 'tax-office';
      },
    ],
    [
      'a recipient that is the provider',
      '/grants/0/recipient',
      (document) => {
        part(document, 'grants', 0)['recipient'] = 'register-office';
      },
    ],
    [
      'a party of every object',
      '/grants/0/recipient',
      (document) => {
        part(document, 'grants', 0)['recipient'] = 'constructor';
      },
    ],
    [
      'ages that do not rise',
      '/grants/0/fields/0/as/from/2',
      (document) => {
        part(document, 'grants', 0, 'fields', 0)['as'] = { generalise: 'age-band', from: [5, 65, 16, 70] };
      },
    ],
    ...['2026-02-29', '1900-02-29', '2026-04-31', '0000', '0000-01-01'].map(
      (value): [string, string, (document: JsonObject) => void] => [
        `a condition on ${value}, which no calendar has`,
        '/grants/0/rows/all/0/any/1/not/value',
        (document) => {
          part(document, 'grants', 0)['rows'] = {
            all: [
              { any: [{ field: '/a', is: 'present' }, { not: { field: '/a', is: 'on-or-before', value } }] },
              { field: '/a', is: 'on-or-after', value: '2024-02-29' },
            ],
          };
        },
      ],
    ),
    [
      'a field granted twice',
      '/grants/0/fields/3/field',
      (document) => {
        const fields = list(document, 'grants', 0, 'fields');
        fields.push({ ...fields[0]!, as: 'presence' });
      },
    ],
    [
      'an attribute granted twice',
      '/grants/0/fields/3/field',
      (document) => {
        const fields = list(document, 'grants', 0, 'fields');
        fields.push({ ...fields[2]!, as: 'clear' });
      },
    ],
  ])('%s', (_, path, change) => {
    expect(findingsAfter(change).map((finding) => finding.path)).toEqual([path]);
  });

  it('is none: a term of one day, or the same grant to two recipients', () => {
    expect(
      findingsAfter((document) => {
        document['term'] = { from: '2026-04-01', reviewBy: '2026-04-01', until: '2026-04-01' };
        const [grant] = list(document, 'grants');
        list(document, 'grants').push({ ...grant!, id: 'for-the-council', recipient: 'council' });
      }),
    ).toEqual([]);
  });
});

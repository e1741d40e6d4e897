import { describe, expect, it } from 'vitest';
import { digestOf, type JsonObject } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import { exampleAgreement } from '../document/example-agreement.js';
import { LINT_CODES, type LintCode } from './codes.js';
import { lintAgreement } from './lint.js';

const text = { type: 'string', maxLength: 100 };
const object = (properties: JsonObject): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties,
});

/** What the example's grant fits, and one place for each kind of shape. */
const eventSchema = object({
  deceased: object({
    name: text,
    postcode: text,
    age: { type: 'integer' },
    died: { type: 'string', pattern: '^[0-9]{4}(-[0-9]{2}){0,2}$' },
    names: { type: 'array', items: object({ family: text, given: text }) },
  }),
  causeOfDeath: text,
});

type Change = (document: Loose) => void;
/** Documents are changed freely here: that is the point. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
type Loose = any;

const ethicsScore = { score: 3, because: 'The parties look at it each year' };
const ETHICS = [
  'transparency',
  'accountability',
  'fairness',
  'publicBenefit',
  'expertise',
  'law',
  'dataQuality',
  'widerEffects',
];

/** The example, made so that lint finds nothing in it. */
function cleanAgreement(): Loose {
  const document: Loose = exampleAgreement();
  document.ethics = Object.fromEntries(ETHICS.map((theme) => [theme, { ...ethicsScore }]));
  document.grants[0].schema = digestOf(eventSchema);
  document.grants[0].withheld.push(
    { field: '/deceased/age', because: 'It decides who is covered' },
    { field: '/deceased/died', because: 'The day is told by the event' },
    { field: '/deceased/names', because: 'One name is enough here' },
  );
  return document;
}

const findSchema = (digest: string): JsonObject | undefined =>
  digest === digestOf(eventSchema) ? eventSchema : undefined;

function findingsAfter(change: Change, withSchema = true): string[] {
  const document = cleanAgreement();
  change(document);
  return lintAgreement(document as Agreement, withSchema ? findSchema : undefined).map(
    ({ code, path }) => `${code} ${path}`,
  );
}

const secondGrant = (document: Loose, fields: readonly JsonObject[]): void => {
  document.grants.push({ ...document.grants[0], id: 'second', event: 'uk.other', fields, withheld: [] });
};

/** One change for each way in which a code is found, and all that must then be found. */
const CASES: readonly (readonly [LintCode, string, Change, withSchema?: boolean])[] = [
  ['contradiction', '/term/until', ({ term }) => (term.until = '2026-03-31')],
  ['provider-not-party', '/grants/0/provider', ({ grants }) => (grants[0].provider = 'nobody')],
  ['recipient-not-party', '/grants/0/recipient', ({ grants }) => (grants[0].recipient = 'nobody')],
  ['overlapping-grants', '/grants/1', ({ grants }) => grants.push({ ...grants[0], id: 'again' })],
  [
    'overlapping-fields',
    '/grants/0/fields/0/field',
    ({ grants }) => grants[0].fields.push({ field: '/deceased', as: 'clear', because: 'To have all of it' }),
  ],
  ['unknown-schema', '/grants/0/schema', ({ grants }) => (grants[0].schema = `sha256:${'1'.repeat(64)}`)],
  [
    'unknown-field',
    '/grants/0/fields/0/field',
    ({ grants }) => (grants[0].fields[0].field = '/deceased/nam'),
  ],
  ['unknown-field', '/grants/0/rows/all/0/field', ({ grants }) => (grants[0].rows.all[0].field = '/age')],
  [
    'unknown-field',
    '/grants/0/rows/not/any/0/field',
    ({ grants }) => (grants[0].rows = { not: { any: [{ field: '/age', is: 'present' }] } }),
  ],
  [
    'form-does-not-suit',
    '/grants/0/fields/0/as',
    ({ grants }) => (grants[0].fields[0].as = { generalise: 'band', width: 10 }),
  ],
  [
    'form-does-not-suit',
    '/grants/0/fields/0/as',
    ({ grants }) => (grants[0].fields[0].as = { generalise: 'age-band', from: [16] }),
  ],
  ...[
    { field: '/deceased/age', is: 'on-or-after', value: '2026' },
    { field: '/deceased/age', is: 'one-of', value: ['x', true] },
    { field: '/deceased/name', is: 'more-than', value: 1 },
    { field: '/deceased', is: 'equals', value: 'x' },
  ].map((condition): (typeof CASES)[number] => [
    'condition-does-not-suit',
    '/grants/0/rows/any/0/not/field',
    ({ grants }) => (grants[0].rows = { any: [{ not: condition }] }),
  ]),
  [
    'condition-on-no-date',
    '/grants/0/rows/all/0/field',
    ({ grants }) => (grants[0].rows.all[0] = { field: '/deceased/name', is: 'on-or-before', value: '2026' }),
  ],
  [
    'age-band-of-one',
    '/grants/0/fields/0/as/from',
    ({ grants }) => (grants[0].fields[0].as = { generalise: 'age-band', from: [5, 6, 65] }),
    false,
  ],
  ['field-not-considered', '/grants/0', ({ grants }) => grants[0].withheld.pop()],
  [
    'withheld-field-unknown',
    '/grants/0/withheld/0/field',
    ({ grants }) => (grants[0].withheld[0].field = '/cause'),
  ],
  ['no-withheld-list', '/grants/0', ({ grants }) => delete grants[0].withheld, false],
  [
    'pseudonym-undone',
    '/grants/0/fields/0/as',
    (document) => {
      document.grants[0].fields[0] = {
        field: '/deceased/ref',
        as: { pseudonym: 'entry' },
        because: 'To match it later',
      };
      secondGrant(document, [{ field: '/deceased/ref', as: 'clear', because: 'To ask about the entry' }]);
    },
    false,
  ],
  [
    'pseudonym-undone',
    '/grants/0/fields/0/as',
    (document) => {
      document.grants[0].fields[0] = {
        field: '/deceased/ref',
        as: { pseudonym: 'entry' },
        because: 'To match it later',
      };
      secondGrant(document, [{ field: '/deceased', as: 'clear', because: 'To ask about the entry' }]);
    },
    false,
  ],
  [
    'pseudonym-beside-identifier',
    '/grants/0/fields/3/as',
    ({ grants }) =>
      grants[0].fields.push({
        field: '/deceased/number',
        as: { pseudonym: 'person' },
        because: 'To count people once',
      }),
    false,
  ],
  [
    'coarser-form-undone',
    '/grants/0/fields/1/as',
    (document) =>
      secondGrant(document, [{ field: '/deceased/postcode', as: 'clear', because: 'To write a letter' }]),
    false,
  ],
  ['no-review', '/term/reviewBy', ({ term }) => (term.reviewBy = '2029-04-01')],
  [
    'no-review',
    '/term/reviewBy',
    ({ term }) => Object.assign(term, { reviewBy: '2029-04-02', until: '2035-01-01' }),
  ],
  ['dpia-stale', '/legal/dpia/completed', ({ legal }) => (legal.dpia.completed = '2026-04-02')],
  ['dpia-stale', '/legal/dpia/completed', ({ legal }) => (legal.dpia.completed = '2023-03-31')],
  [
    'dpia-stale',
    '/legal/dpia/completed',
    ({ legal, term }) => {
      legal.dpia.completed = '2024-01-01';
      term.reviewBy = '2028-01-02';
    },
  ],
  ['empty-reason', '/grants/0/fields/0/because', ({ grants }) => (grants[0].fields[0].because = 'Needed.')],
  [
    'empty-reason',
    '/grants/0/withheld/0/because',
    ({ grants }) => (grants[0].withheld[0].because = 'It is not needed'),
  ],
  ['empty-reason', '/purpose/necessity', ({ purpose }) => (purpose.necessity = 'For business purposes')],
  ['empty-reason', '/ethics/law/because', ({ ethics }) => (ethics.law.because = 'Fine')],
  [
    'same-reason',
    '/grants/0/fields',
    ({ grants }) => grants[0].fields.forEach((field: Loose) => (field.because = 'To do our work well')),
  ],
  ['placeholder', '/legal/dpia/reference', ({ legal }) => (legal.dpia.reference = 'TBC')],
  ['placeholder', '/purpose/benefit', ({ purpose }) => (purpose.benefit = 'It helps {{who}} a great deal')],
  ['hidden-characters', '/title', (document) => (document.title = 'Pensions\u202e')],
  ['no-ethics-statement', '/data/personal', (document) => delete document.ethics],
  ['ethics-low-without-mitigation', '/ethics/law', ({ ethics }) => (ethics.law.score = 1)],
  ['benefit-not-better', '/benefits/0/target/value', ({ benefits }) => (benefits[0].target.value = 34)],
  ['benefit-date', '/benefits/0/target/by', ({ benefits }) => (benefits[0].target.by = '2029-04-01')],
  ['benefit-date', '/benefits/0/target/by', ({ benefits }) => (benefits[0].target.by = '2026-04-01')],
  ['benefit-date', '/benefits/0/baseline/on', ({ benefits }) => (benefits[0].baseline.on = '2026-04-02')],
  ['public-task-by-legitimate-interests', '/legal/article6', ({ legal }) => (legal.article6 = '6(1)(f)')],
  ['consent-in-public-task', '/legal/article6', ({ legal }) => (legal.article6 = '6(1)(a)')],
  [
    'special-category-likely',
    '/grants/0/fields/0/field',
    ({ grants }) => (grants[0].fields[0].field = '/deceased/ethnicGroup'),
    false,
  ],
  [
    'criminal-offences-likely',
    '/grants/0/fields/0/field',
    ({ grants }) => (grants[0].fields[0].field = '/deceased/priorConvictions'),
    false,
  ],
  ['condition-without-category', '/legal/article9', ({ data }) => (data.specialCategories = [])],
  ['children-not-mentioned', '/data/people', ({ data }) => (data.people[0].children = true)],
  [
    'rows-missing',
    '/grants/0',
    ({ grants, parties }) => {
      parties[1].name = 'Northshire County Council';
      delete grants[0].rows;
    },
  ],
  ['breach-told-too-late', '/duties/breach/within', ({ duties }) => (duties.breach.within = 'P3D')],
  [
    'transfer-not-declared',
    '/parties/1/processors/1/country',
    ({ parties }) =>
      (parties[1].processors = [
        { name: 'A', task: 'Hosting', country: 'United Kingdom' },
        { name: 'B', task: 'Support', country: 'Ireland' },
      ]),
  ],
  ['joint-controller-alone', '/parties/1/status', ({ parties }) => (parties[1].status = 'joint-controller')],
  ['idle-party', '/parties/3', ({ parties }) => parties.push({ ...parties[1], agency: 'idle' })],
];

describe('lint', () => {
  it('finds nothing in an agreement in good order', () => {
    expect(findingsAfter(() => undefined)).toEqual([]);
    expect(findingsAfter(() => undefined, false)).toEqual([]);
  });

  it.each(CASES.map(([code, path, change, withSchema = true]) => ({ code, path, change, withSchema })))(
    '$code at $path',
    ({ code, path, change, withSchema }) => {
      const found = findingsAfter(change, withSchema);
      expect(found).toContain(`${code} ${path}`);
      // What one change breaks is said once; consequences of a missing party or field may follow.
      expect(found.filter((one) => one === `${code} ${path}`)).toHaveLength(1);
    },
  );

  it('has a case for every code, and every code has its words', () => {
    expect(new Set(CASES.map(([code]) => code))).toEqual(new Set(Object.keys(LINT_CODES)));
    for (const [code, { means, advice, source }] of Object.entries(LINT_CODES)) {
      expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/u);
      for (const sentence of [means, advice]) expect(sentence, code).toMatch(/^[A-Z].*\.$/u);
      expect(source.length, code).toBeGreaterThan(5);
    }
  });

  it('gives each finding its severity, its advice, and a place that is in the document', () => {
    for (const [, , change, withSchema = true] of CASES) {
      const document = cleanAgreement();
      change(document);
      for (const finding of lintAgreement(document as Agreement, withSchema ? findSchema : undefined)) {
        expect(finding).toMatchObject({
          severity: LINT_CODES[finding.code].severity,
          advice: LINT_CODES[finding.code].advice,
        });
        expect(finding.message).toMatch(/^[A-Z].*\.$/u);
        expect(at(document, finding.path), finding.path).toBeDefined();
      }
    }
  });
});

describe('a condition on dates', () => {
  const died = (schema: JsonObject, is = 'on-or-after'): string[] => {
    const events = object({ died: { type: 'string', ...schema }, age: { type: ['integer', 'null'] } });
    const document = cleanAgreement();
    document.grants[0].rows = {
      all: [
        { field: '/died', is, value: '2026-04' },
        { field: '/age', is: 'less-than', value: 16 },
      ],
    };
    return lintAgreement(document as Agreement, () => events)
      .map(({ code }) => code)
      .filter((code) => code.startsWith('condition'));
  };

  it.each<JsonObject>([
    { format: 'date' },
    { format: 'date-time' },
    { pattern: '^[0-9]{4}' },
    { pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T' },
    { enum: ['2026-04-01', 'unknown'] },
  ])('suits %j', (schema) => {
    expect(died(schema)).toEqual([]);
    expect(died(schema, 'on-or-before')).toEqual([]);
  });

  it.each<JsonObject>([{}, { format: 'time' }, { pattern: '^[A-Z]+$' }, { enum: ['male', 'female'] }])(
    'does not suit %j',
    (schema) => expect(died(schema)).toEqual(['condition-on-no-date']),
  );
});

describe('fields that were not considered', () => {
  const missing = (change: Change): string[] => {
    const document = cleanAgreement();
    change(document);
    return lintAgreement(document as Agreement, findSchema)
      .filter(({ code }) => code === 'field-not-considered')
      .map(({ message }) => /“(.*)”/u.exec(message)?.[1] ?? '');
  };

  it('are named at the topmost place, not leaf by leaf', () => {
    expect(missing(({ grants }) => grants[0].withheld.pop())).toEqual(['/deceased/names']);
    expect(missing(({ grants }) => (grants[0].withheld = []))).toEqual([
      '/deceased/age',
      '/deceased/died',
      '/deceased/names',
      '/causeOfDeath',
    ]);
    expect(
      missing(({ grants }) => {
        grants[0].withheld = [];
        grants[0].fields = [{ field: '/causeOfDeath', as: 'clear', because: 'To count the causes' }];
      }),
    ).toEqual(['/deceased']);
  });

  it('are sought within lists, where a part of each element is granted', () => {
    expect(
      missing(({ grants }) => {
        grants[0].withheld.pop();
        grants[0].fields.push({
          field: '/deceased/names/*/family',
          as: 'clear',
          because: 'To find the record',
        });
      }),
    ).toEqual(['/deceased/names/*/given']);
  });

  it('are not the other elements of a list of which some were chosen', () => {
    expect(
      missing(({ grants }) => {
        grants[0].withheld.pop();
        grants[0].fields.push({ field: '/deceased/names/0', as: 'clear', because: 'To find the record' });
      }),
    ).toEqual([]);
  });
});

describe('stand-ins', () => {
  const forms = (change: Change): string[] =>
    findingsAfter(change, false).filter((one) => /^(?:pseudonym|coarser)/u.test(one));

  it('are undone by another field of the same kind, which the recipient gets as it is', () => {
    expect(
      forms((document) => {
        document.grants[0].fields.push({
          field: '/of',
          as: { pseudonym: 'entry' },
          because: 'To match it later',
        });
        document.parties.push({ ...document.parties[1], agency: 'other' });
        secondGrant(document, [{ field: '/urn', as: 'clear', because: 'To find the entry' }]);
        document.grants.push({
          ...document.grants[1],
          id: 'third',
          recipient: 'other',
          fields: [{ field: '/urn', as: { pseudonym: 'entry' }, because: 'To match it later' }],
        });
      }),
    ).toEqual(['pseudonym-undone /grants/0/fields/2/as', 'pseudonym-undone /grants/0/fields/3/as']);
  });

  it('are not undone by what another recipient gets, or another provider gives', () => {
    for (const change of [{ recipient: 'council' }, { provider: 'other' }]) {
      expect(
        forms((document) => {
          document.grants[0].fields = [
            { field: '/ref', as: { pseudonym: 'entry' }, because: 'To match it later' },
          ];
          secondGrant(document, [{ field: '/ref', as: 'clear', because: 'To find the entry' }]);
          Object.assign(document.grants[1], change);
        }),
      ).toEqual([]);
    }
  });

  it('for a person stand beside what is said of somebody else', () => {
    expect(
      forms(({ grants }) => {
        grants[0].fields = [
          { field: '/deceased/nhsNumber', as: { pseudonym: 'person' }, because: 'To count people once' },
          { field: '/informant/name', as: 'clear', because: 'To know whom to ask' },
          { field: '/deceased/sex', as: 'clear', because: 'To publish by sex' },
        ];
      }),
    ).toEqual([]);
  });
});

function at(document: Loose, path: string): unknown {
  return path
    .split('/')
    .slice(1)
    .reduce((value, step) => value?.[step], document);
}

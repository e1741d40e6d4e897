import { BrokerError } from '@concordat/problem';
import { readFileSync } from 'node:fs';
import { canonicalise, parseStrict, type Json, type JsonObject } from '@concordat/record';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Agreement } from '../document/agreement.js';
import { freezeAgreement } from '../document/document.js';
import { exampleAgreement } from '../document/example-agreement.js';
import { hasLength, misfits, specimenOf } from './blank-types.js';
import { fillTemplate } from './fill.js';
import { freezeTemplate, readFrozenTemplate, templateSchema } from './freeze.js';
import { isMadeFrom } from './made-from.js';
import { isList, type Blank, type BlankType, type FrozenTemplate, type ListBlank } from './template.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests break documents in ways that no type allows
type Loose = any;

const FOLDER = new URL('../../../../agreements/templates/', import.meta.url);
const read = (file: string): JsonObject => parseStrict(readFileSync(new URL(file, FOLDER))) as JsonObject;

/** The templates that are published, each with its example values. */
const exampleTemplates = ['tell-us-once-councils', 'death-notification'];
const readTemplate = (id: string): JsonObject => read(`${id}.json`);
const readExampleValues = (id: string): JsonObject => read(`${id}.example-values.json`);

const asAgreement = (value: JsonObject): Agreement => value as unknown as Agreement;

function problem(act: () => unknown): BrokerError {
  try {
    act();
  } catch (error) {
    if (error instanceof BrokerError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** A small template over the example agreement: a title, and any number of recipients in two lists. */
function smallTemplate(): JsonObject {
  const agreement = exampleAgreement();
  const parties = agreement['parties'] as JsonObject[];
  const [provider, recipient] = parties as [JsonObject, JsonObject];
  const [grant] = agreement['grants'] as [JsonObject];
  const each = [
    { name: 'agency', description: 'The agency', type: 'name', longest: 60 },
    { name: 'agency-name', description: 'Its name', type: 'sentence' },
  ];
  const party: JsonObject = { ...recipient, agency: { blank: 'agency' }, name: { blank: 'agency-name' } };
  const item: JsonObject = {
    ...grant,
    id: { blank: 'agency', before: 'deaths-', after: '-all' },
    recipient: { blank: 'agency' },
  };
  return {
    dsaTemplate: '1.0',
    id: 'small',
    version: 3,
    title: 'A small one',
    summary: 'For the tests',
    blanks: [
      { name: 'constructor', description: 'What the agreement is called', type: 'sentence', longest: 400 },
      { name: 'aims', description: 'What it is for', type: 'sentences' },
      { name: 'now', description: 'How many', type: 'number' },
      { name: 'first', description: 'Who begins', type: 'list', atLeast: 1, atMost: 9, each },
      { name: 'later', description: 'Who joins', type: 'list', atLeast: 0, atMost: 9, each },
    ],
    agreement: {
      ...agreement,
      title: { blank: 'constructor', before: 'About ' },
      purpose: { ...(agreement['purpose'] as JsonObject), aims: { blank: 'aims' } },
      benefits: [
        {
          measure: 'Days',
          unit: 'days',
          baseline: { value: { blank: 'now' }, on: '2026-01-01' },
          target: { value: 7, by: '2027-01-01' },
        },
      ],
      parties: [
        provider,
        { forEach: 'first', item: party },
        { forEach: 'later', item: { ...party, mayJoinLater: true } },
      ],
      grants: [
        { forEach: 'later', item },
        { forEach: 'first', item },
      ],
    },
  };
}

const smallValues = (): JsonObject => ({
  constructor: 'deaths',
  aims: ['To stop payments'],
  now: 34.5,
  first: [{ agency: 'pensions', 'agency-name': 'Pensions' }],
  later: [
    { agency: 'a', 'agency-name': 'A' },
    { agency: 'b', 'agency-name': 'B' },
  ],
});

// ---- Values at random, of each blank's type -----------------------------------------------------------------

const someText = (most: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .map((text) => Array.from(text).slice(0, most).join(''));

function someValue(blank: Blank): fc.Arbitrary<Json> {
  switch (blank.type) {
    case 'name':
      return fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5}){0,2}$/u);
    case 'sentence':
    case 'text':
      return someText(blank.longest ?? 500);
    case 'sentences':
      return fc.array(someText(500), { minLength: 1, maxLength: 4 });
    case 'date':
      return fc
        .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 10));
    case 'duration':
      return fc.integer({ min: 1, max: 999 }).map((days) => `P${days}D`);
    case 'email':
      return fc.integer({ min: 0 }).map((number) => `team${number}@agency.example`);
    case 'telephone':
      return fc.stringMatching(/^[0-9+][0-9 ()-]{4,29}$/u);
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0); // no -0 in JSON
    case 'whole-number':
      return fc.integer({ min: 1, max: 100_000 });
    case 'postcode-districts':
      return fc.uniqueArray(fc.stringMatching(/^[A-Z]{1,2}[0-9][A-Z0-9]?$/u), { minLength: 1, maxLength: 5 });
  }
}

const someValues = (blanks: readonly (Blank | ListBlank)[]): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(
      ...blanks.map((blank) =>
        isList(blank)
          ? fc.array(someValues(blank.each), {
              minLength: blank.atLeast,
              maxLength: Math.min(blank.atMost, 4),
            })
          : someValue(blank),
      ),
    )
    .map((values) => Object.fromEntries(blanks.map(({ name }, index) => [name, values[index] as Json])));

const frozenTemplates: [string, FrozenTemplate][] = [
  ['small', freezeTemplate(smallTemplate())],
  ...exampleTemplates.map((id): [string, FrozenTemplate] => [id, freezeTemplate(readTemplate(id))]),
];

// ---- The tests ----------------------------------------------------------------------------------------------

describe.each(exampleTemplates)('the template %s', (id) => {
  const frozen = freezeTemplate(readTemplate(id));
  const values = readExampleValues(id);

  it('makes an agreement from the example values that names the template and can be signed', () => {
    const { agreement } = freezeAgreement(fillTemplate(frozen, values));
    expect(agreement.template).toEqual({ id, version: 1, digest: frozen.digest });
  });

  it('is read again from its own bytes, and from no others', () => {
    expect(readFrozenTemplate(frozen.text).digest).toBe(frozen.digest);
    expect(problem(() => readFrozenTemplate(`${frozen.text}\n`)).code).toBe('template-invalid');
    expect(problem(() => readFrozenTemplate('[]')).code).toBe('template-invalid');
  });

  it('says of the agreement what was filled in', () => {
    const { agreement } = freezeAgreement(fillTemplate(frozen, values));
    expect(isMadeFrom(agreement, frozen)).toEqual({ made: true, values });
  });
});

it('the councils that may join later are parties of their own, with their own districts', () => {
  const frozen = freezeTemplate(readTemplate('tell-us-once-councils'));
  const { agreement } = freezeAgreement(fillTemplate(frozen, readExampleValues('tell-us-once-councils')));
  expect(agreement.parties.map(({ agency, mayJoinLater }) => [agency, mayJoinLater])).toEqual([
    ['register-office', undefined],
    ['northshire-council', undefined],
    ['eastbury-council', true],
    ['wexmoor-council', true],
  ]);
  expect(agreement.grants.map(({ id, recipient }) => [id, recipient])).toEqual(
    [
      ['deaths-northshire-council', 'northshire-council'],
      ['amendments-northshire-council', 'northshire-council'],
      ['deaths-eastbury-council', 'eastbury-council'],
      ['amendments-eastbury-council', 'eastbury-council'],
      ['deaths-wexmoor-council', 'wexmoor-council'],
      ['amendments-wexmoor-council', 'wexmoor-council'],
    ].sort((a, b) => order(a) - order(b)),
  );
  for (const { recipient, rows } of agreement.grants) {
    const area = { 'northshire-council': 'NS1', 'eastbury-council': 'EB1', 'wexmoor-council': 'WX1' }[
      recipient
    ];
    expect(JSON.stringify(rows)).toContain(`["${String(area)}"`);
  }

  // Councils in the order of the lists, and for each list first all deaths, then all amendments.
  function order([grant = '', recipient = '']: string[]): number {
    const councils = ['northshire-council', 'eastbury-council', 'wexmoor-council'];
    const later = recipient === 'northshire-council' ? 0 : 10;
    return later + (grant.startsWith('deaths') ? 0 : 5) + councils.indexOf(recipient);
  }
});

describe.each(frozenTemplates)('filling in %s', (_id, frozen) => {
  const any = someValues(frozen.template.blanks);

  it('is undone by isMadeFrom, whatever the values', () => {
    fc.assert(
      fc.property(any, (values) => {
        const filled = fillTemplate(frozen, values);
        expect(isMadeFrom(asAgreement(filled), frozen)).toEqual({ made: true, values });
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same bytes each time, and changes none of the values', () => {
    fc.assert(
      fc.property(any, (values) => {
        const before = canonicalise(values);
        expect(canonicalise(fillTemplate(frozen, values))).toBe(canonicalise(fillTemplate(frozen, values)));
        expect(canonicalise(values)).toBe(before);
      }),
      { numRuns: 20 },
    );
  });

  it('makes what satisfies the schema: only values that contradict each other are refused', () => {
    fc.assert(
      fc.property(any, (values) => {
        const filled = fillTemplate(frozen, values);
        try {
          freezeAgreement(filled);
        } catch (error) {
          expect((error as Error).message).toBe('The agreement contradicts itself');
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is not believed once anything else is changed', () => {
    fc.assert(
      fc.property(any, fc.nat(), (values, where) => {
        const filled = structuredClone(fillTemplate(frozen, values));
        const changed = changeOneText(filled, where);
        const verdict = isMadeFrom(asAgreement(filled), frozen);
        // Either a fixed word was changed, or a blank: then it says so in the values.
        if (verdict.made) {
          expect(verdict.values).not.toEqual(values);
          expect(canonicalise(fillTemplate(frozen, verdict.values))).toBe(canonicalise(filled));
        } else expect(verdict.at).toMatch(/^(\/[^/]+)*$/u);
        expect(changed).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

/** Adds a letter to one of the texts of a document, in place. */
function changeOneText(document: JsonObject, where: number): boolean {
  const places: [JsonObject | Json[], string | number][] = [];
  const visit = (part: Json): void => {
    if (part === null || typeof part !== 'object') return;
    const names = Array.isArray(part) ? part.keys() : Object.keys(part);
    for (const name of names) {
      const member = (part as JsonObject)[name] as Json;
      if (typeof member === 'string') places.push([part, name]);
      else visit(member);
    }
  };
  visit(document);
  const [parent, name] = places[where % places.length]!;
  const holder = parent as JsonObject;
  holder[name] = `${holder[name] as string}x`;
  return true;
}

describe('isMadeFrom', () => {
  const frozen = freezeTemplate(smallTemplate());
  const made = (): JsonObject => structuredClone(fillTemplate(frozen, smallValues()));
  const verdict = (change: (agreement: Loose) => void): unknown => {
    const agreement = made();
    change(agreement);
    return isMadeFrom(asAgreement(agreement), frozen);
  };

  it.each([
    ['another word', (a: Loose) => (a.summary = 'Something else'), '/summary'],
    ['another fixed word around a blank', (a: Loose) => (a.title = 'On deaths'), '/title'],
    ['a member more', (a: Loose) => (a.parties[2].mayJoinLater = undefined), '/parties/2/mayJoinLater'],
    [
      'a field more',
      (a: Loose) => a.grants[0].fields.push({ field: '/x', as: 'clear', because: 'x' }),
      '/grants/0/fields/3',
    ],
    ['a grant to somebody else', (a: Loose) => (a.grants[0].recipient = 'b'), '/grants/0/recipient'],
    ['no name of the template', (a: Loose) => delete a.template, '/template'],
    ['another version of the template', (a: Loose) => (a.template.version = 4), '/template'],
    [
      'a template of the same name',
      (a: Loose) => (a.template.digest = `sha256:${'0'.repeat(64)}`),
      '/template',
    ],
    ['a value that the blank does not take', (a: Loose) => (a.purpose.aims = 'To stop'), '/purpose/aims'],
  ])('refuses %s', (_what, change, at) => {
    expect(verdict(change)).toEqual({ made: false, at });
  });

  it.each([
    ['a party that is missing', (a: Loose) => a.parties.pop()],
    ['a party that may join later and no longer may', (a: Loose) => delete a.parties[2].mayJoinLater],
    ['a party too many', (a: Loose) => a.parties.push(a.parties[1])],
    ['grants in another order', (a: Loose) => a.grants.reverse()],
  ])('refuses %s, without being sure where it began', (_what, change) => {
    expect(verdict(change)).toMatchObject({ made: false });
  });
});

describe('a value', () => {
  const frozen = freezeTemplate(smallTemplate());
  const findings = (change: (values: Loose) => void): unknown => {
    const values = smallValues();
    change(values);
    const refusal = problem(() => fillTemplate(frozen, values));
    expect(refusal.code).toBe('template-values-invalid');
    return refusal.findings.map(({ path }) => path);
  };

  it.each([
    ['missing', (v: Loose) => delete v.now, ['/now']],
    ['missing, though every object inherits one', (v: Loose) => delete v.constructor, ['/constructor']],
    ['missing in an item', (v: Loose) => delete v.later[1].agency, ['/later/1/agency']],
    ['unknown', (v: Loose) => (v.extra = 1), ['/extra']],
    ['unknown in an item', (v: Loose) => (v.first[0].mayJoinLater = true), ['/first/0/mayJoinLater']],
    ['an object in place of a text', (v: Loose) => (v.constructor = { blank: 'now' }), ['/constructor']],
    ['a list in place of a text', (v: Loose) => (v.constructor = ['a']), ['/constructor']],
    ['an object in a list of texts', (v: Loose) => (v.aims = [{ forEach: 'first', item: 'x' }]), ['/aims/0']],
    ['no text', (v: Loose) => (v.constructor = ''), ['/constructor']],
    ['null', (v: Loose) => (v.now = null), ['/now']],
    ['no number', (v: Loose) => (v.now = Number.NaN), ['/now']],
    ['a text in place of a number', (v: Loose) => (v.now = '34'), ['/now']],
    ['longer than the template allows', (v: Loose) => (v.constructor = 'x'.repeat(401)), ['/constructor']],
    ['half of a character', (v: Loose) => (v.constructor = 'a\ud800'), ['/constructor']],
    ['a name that is none', (v: Loose) => (v.first[0].agency = 'Pensions'), ['/first/0/agency']],
    ['no list', (v: Loose) => (v.first = {}), ['/first']],
    ['too short a list', (v: Loose) => (v.first = []), ['/first']],
    ['too long a list', (v: Loose) => (v.later = Array(10).fill({})), ['/later']],
    ['a list with no object', (v: Loose) => (v.later = ['a']), ['/later/0']],
    ['a list with a hole', (v: Loose) => (v.later = Array(1)), ['/later/0']],
    [
      'more than one',
      (v: Loose) => {
        delete v.now;
        delete v.aims;
      },
      ['/aims', '/now'],
    ],
  ])('is refused when it is %s', (_what, change, paths) => {
    expect(findings(change)).toEqual(paths);
  });

  it('is refused when it is named __proto__, and changes no object', () => {
    const values = JSON.parse(
      `{ "__proto__": { "mayJoinLater": true }, ${JSON.stringify(smallValues()).slice(1)}`,
    ) as JsonObject;
    expect(problem(() => fillTemplate(frozen, values)).findings).toContainEqual({
      path: '/__proto__',
      message: 'is no blank of the template',
    });
    expect(({} as { mayJoinLater?: boolean }).mayJoinLater).toBeUndefined();
  });

  it('that is a text stays a text, whatever is in it', () => {
    const text = '","mayJoinLater":true,"x":"{{now}} ${now} {"blank":"now"}';
    const agreement = asAgreement(fillTemplate(frozen, { ...smallValues(), constructor: text }));
    expect(agreement.title).toBe(`About ${text}`);
    expect(Object.keys(agreement).sort()).toEqual(Object.keys({ ...exampleAgreement(), template: 1 }).sort());
  });

  it('is copied: a change to it later on changes no agreement', () => {
    const values = smallValues();
    const agreement = asAgreement(fillTemplate(frozen, values));
    (values['aims'] as Json[]).push('Something else');
    expect(agreement.purpose.aims).toEqual(['To stop payments']);
  });
});

describe('each type of blank', () => {
  const blank = (templateSchema['$defs'] as Loose).blank.properties;
  const types = blank.type.enum as BlankType[];

  it.each(types)('%s takes the made-up values that templates are tried with', (type) => {
    const one: Blank = { name: 'x', description: 'x', type };
    for (const size of ['shortest', 'longest'] as const) {
      for (const seed of [0, 1, 499]) expect(misfits(one, specimenOf(one, size, seed))).toEqual([]);
      if (!hasLength(type)) continue;
      const short: Blank = { ...one, longest: 1 };
      expect(misfits(short, specimenOf(short, size, 499))).toEqual([]);
    }
  });

  it.each(types)('%s takes no object, no null and no list of lists', (type) => {
    const one: Blank = { name: 'x', description: 'x', type };
    for (const value of [null, {}, { blank: 'x' }, [[]], true, []]) {
      expect(misfits(one, value)).not.toEqual([]);
    }
  });
});

describe('a template', () => {
  const findings = (change: (template: Loose) => void): string[] => {
    const template = smallTemplate();
    change(template);
    const refusal = problem(() => freezeTemplate(template));
    expect(refusal.code).toBe('template-invalid');
    return refusal.findings.map(({ path }) => path);
  };
  const blank = (name: string, type = 'sentence'): JsonObject => ({ name, description: 'x', type });

  it.each([
    ['is for another format', (t: Loose) => (t.dsaTemplate = '2.0'), '/dsaTemplate'],
    ['has a member that nobody has read about', (t: Loose) => (t.script = 'x'), ''],
    ['has a blank of no type', (t: Loose) => (t.blanks[0].type = 'regexp'), '/blanks/0/type'],
    ['declares what it does not use', (t: Loose) => t.blanks.push(blank('spare')), '/blanks/5'],
    [
      'declares for an item what it does not use',
      (t: Loose) => (t.blanks[3].each = [...t.blanks[3].each, blank('spare')]),
      '/blanks/3/each/2',
    ],
    ['declares a name twice', (t: Loose) => t.blanks.push(blank('now')), '/blanks/5/name'],
    [
      'declares a name twice in an item',
      (t: Loose) => (t.blanks[3].each = [...t.blanks[3].each, blank('now')]),
      '/blanks/3/each/2/name',
    ],
    [
      'has a list that is longer at least than at most',
      (t: Loose) => (t.blanks[3].atLeast = 10),
      '/blanks/3/atMost',
    ],
    [
      'has an age where a band begins that is filled in: it could be too high',
      (t: Loose) => {
        t.blanks.push(blank('age', 'whole-number'));
        t.agreement.grants[0].item.fields[0].as = { generalise: 'age-band', from: [{ blank: 'age' }] };
      },
      '/agreement/grants/0/fields/0/as/from/0',
    ],
    [
      'has a text where a date is asked for',
      (t: Loose) => {
        t.blanks.push(blank('day'));
        t.agreement.grants[0].item.rows = { field: '/died', is: 'on-or-after', value: { blank: 'day' } };
      },
      '/agreement/grants/0/rows',
    ],
    ['has a length for what has none', (t: Loose) => (t.blanks[2].longest = 3), '/blanks/2/longest'],
    ['has three lists', (t: Loose) => t.blanks.push({ ...t.blanks[4], name: 'third' }), '/blanks'],
    [
      'uses what it does not declare',
      (t: Loose) => (t.agreement.summary = { blank: 'nothing' }),
      '/agreement/summary/blank',
    ],
    [
      'uses an item’s blank outside of the item',
      (t: Loose) => (t.agreement.summary = { blank: 'agency' }),
      '/agreement/summary/blank',
    ],
    [
      'uses a list as a value',
      (t: Loose) => (t.agreement.summary = { blank: 'first' }),
      '/agreement/summary/blank',
    ],
    [
      'has a placeholder with more in it',
      (t: Loose) => (t.agreement.summary = { blank: 'now', default: 'x' }),
      '/agreement/summary',
    ],
    [
      'has a placeholder that names no text',
      (t: Loose) => (t.agreement.summary = { blank: 1 }),
      '/agreement/summary',
    ],
    [
      'has words around a number',
      (t: Loose) => (t.agreement.benefits[0].baseline.value = { blank: 'now', after: '%' }),
      '/agreement/benefits/0/baseline/value',
    ],
    [
      'repeats for what is no list',
      (t: Loose) => (t.agreement.parties[1].forEach = 'now'),
      '/agreement/parties/1/forEach',
    ],
    [
      'repeats for what is not declared',
      (t: Loose) => (t.agreement.parties[1].forEach = 'nothing'),
      '/agreement/parties/1/forEach',
    ],
    [
      'repeats where there is no list',
      (t: Loose) => (t.agreement.summary = { forEach: 'first', item: 'x' }),
      '/agreement/summary',
    ],
    ['repeats with a condition', (t: Loose) => (t.agreement.parties[1].when = true), '/agreement/parties/1'],
    [
      'repeats inside of what is repeated',
      (t: Loose) =>
        (t.agreement.grants[0].item = {
          ...t.agreement.grants[0].item,
          fields: [{ forEach: 'first', item: {} }],
        }),
      '/agreement/grants/0/item/fields/0',
    ],
    ['writes the name of its own template', (t: Loose) => (t.agreement.template = {}), '/agreement/template'],
    ['would make no agreement', (t: Loose) => delete t.agreement.term, '/agreement'],
    [
      'has a blank of another type than its place',
      (t: Loose) => (t.agreement.term = { ...t.agreement.term, from: { blank: 'constructor' } }),
      '/agreement/term/from',
    ],
    [
      'has a blank that may be too long for its place',
      (t: Loose) => delete t.blanks[0].longest,
      '/agreement/title',
    ],
    ['may have too many items', (t: Loose) => (t.blanks[3].atMost = 500), '/agreement/parties'],
  ])('is refused when it %s', (_what, change, path) => {
    expect(findings(change)).toContain(path);
  });

  it('fills in days and numbers of conditions, and epochs', () => {
    const template: Loose = smallTemplate();
    template.blanks.push(blank('day', 'date'), blank('age', 'number'), blank('epoch', 'whole-number'));
    const [{ item }] = template.agreement.grants;
    item.rows = {
      all: [
        { field: '/died', is: 'on-or-after', value: { blank: 'day' } },
        { field: '/age', is: 'more-than', value: { blank: 'age' } },
      ],
    };
    item.fields[0].as = { pseudonym: 'entry', epoch: { blank: 'epoch' } };
    const values = { ...smallValues(), day: '2026-04-01', age: 15.5, epoch: 2 };
    const frozen = freezeTemplate(template as JsonObject);
    const { agreement } = freezeAgreement(fillTemplate(frozen, values));
    expect(agreement.grants[0]).toMatchObject({
      rows: { all: [{ value: '2026-04-01' }, { value: 15.5 }] },
      fields: [{ as: { epoch: 2 } }, {}, {}],
    });
    expect(isMadeFrom(agreement, frozen)).toEqual({ made: true, values });
  });

  it('is refused, not crashed on, when it is nested very deeply', () => {
    let deep: Json = 'x';
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
    expect(findings((template) => (template.agreement.summary = deep))).toHaveLength(1);
  });

  it('with a blank that only an item of an empty list would hold is refused: it could not be found again', () => {
    const at = findings((template) => {
      template.blanks.push(blank('spare'));
      const [, , later] = template.agreement.parties;
      later.item = { ...later.item, responsibilities: { blank: 'spare' } };
    });
    expect(at).toEqual(['/blanks/5']);
  });
});

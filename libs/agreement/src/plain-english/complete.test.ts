import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Agreement, Condition, Form, Grant } from '../document/agreement.js';
import { exampleAgreement } from '../document/example-agreement.js';
import { anyAgreement } from './any-agreement.js';
import { neutralise } from './neutral.js';
import { renderAgreement } from './render.js';

type Value = string | number | boolean;
type Path = readonly (string | number)[];

const sample = (name: string): Agreement =>
  JSON.parse(
    readFileSync(new URL(`../../../../agreements/sample/${name}.json`, import.meta.url), 'utf8'),
  ) as Agreement;

const plainWords = (random: () => number): string => `words ${Math.floor(random() * 1e9)} of the parties`;

/** The example with a grant that uses every kind of condition and every form. */
function everyWord(): Agreement {
  const agreement = exampleAgreement() as unknown as Agreement;
  const [grant] = agreement.grants;
  const forms: readonly Form[] = [
    'clear',
    'presence',
    ...(['month', 'year', 'postcode-district', 'postcode-area', 'initial'] as const).map((generalise) => ({
      generalise,
    })),
    { generalise: 'band', width: 10 },
    { generalise: 'age-band', from: [5, 16, 65] },
    { pseudonym: 'person', epoch: 2 },
  ];
  const rows: Condition = {
    any: [
      { not: { field: '/a', is: 'present' } },
      ...(['at-least', 'at-most', 'more-than', 'less-than'] as const).map((is): Condition => ({
        field: '/b',
        is,
        value: 16,
      })),
      ...(['on-or-after', 'on-or-before'] as const).flatMap((is) =>
        ['1950', '2026-04', '2026-04-02'].map((value): Condition => ({ field: '/c', is, value })),
      ),
      { field: '/d', is: 'equals', value: 'x' },
      { field: '/e', is: 'one-of', value: ['y', 1, true] },
      { all: [{ field: '/f', is: 'in-postcode-district', value: ['NS1', 'NS2'] }] },
    ],
  };
  const fields = forms.map((as, index) => ({ field: `/field${index}`, as, because: `Reason ${index}` }));
  return { ...agreement, grants: [{ ...(grant as Grant), rows, fields }] };
}

const AGREEMENTS: readonly (readonly [string, Agreement])[] = [
  ['the example', exampleAgreement() as unknown as Agreement],
  ...[
    'death-notification-pensions',
    'death-notification-driver-licensing',
    'death-notification-northshire-council',
    'mortality-statistics',
  ].map((name) => [name, sample(name)] as const),
  ['every condition and form', everyWord()],
  ...[2, 5, 8].map((seed) => [`seed ${seed}`, anyAgreement(seed, plainWords)] as const),
];

/** The text as one line and the page, without the digest that any change would change. */
function toldOf(agreement: Agreement): { text: string; html: string } {
  const { text, html } = renderAgreement(agreement);
  return {
    text: text.replace(/^ +- Digest of the document:\s+\S+$/mu, '').replace(/\s+/gu, ' '),
    html: html.replace(/<dt>Digest of the document<\/dt>.*$/mu, ''),
  };
}

describe.each(AGREEMENTS)('what is signed in %s is said', (_, agreement) => {
  it('every text, word for word', () => {
    const said = toldOf(agreement).text.replaceAll(' ', '');
    for (const { path, value } of leavesOf(agreement, [])) {
      if (typeof value !== 'string' || CODED.test(`/${path.join('/')}`) || isDateOfRows(path, value))
        continue;
      expect(said, path.join('/')).toContain(neutralise(value).replaceAll(' ', ''));
    }
  });

  it('every value: another one makes another text and another page', () => {
    const told = toldOf(agreement);
    for (const { path, value } of leavesOf(agreement, [])) {
      if (DECIDES.test(`/${path.join('/')}`) || DECIDE.has(value)) continue;
      const other = toldOf(withValue(agreement, path, otherThan(value)));
      expect(other.text, path.join('/')).not.toBe(told.text);
      expect(other.html, path.join('/')).not.toBe(told.html);
    }
  });

  it('every choice between having something and not having it', () => {
    const told = toldOf(agreement);
    for (const [path, ...choices] of CHOICES) {
      const others = choices.map((choice) => toldOf(withValue(agreement, path, choice)));
      const texts = new Set([told, ...others].map(({ text }) => text));
      expect(texts.size, path.join('/')).toBeGreaterThanOrEqual(choices.length);
      expect(new Set([told, ...others].map(({ html }) => html)).size).toBe(texts.size);
    }
  });

  it('every item of a list, and every member that may be absent', () => {
    const told = toldOf(agreement);
    for (const path of removable(agreement, [])) {
      const other = toldOf(withValue(agreement, path, undefined));
      expect(other.text, path.join('/')).not.toBe(told.text);
    }
  });
});

/** Values that decide what stands beside them: changed together with it. */
const DECIDES =
  /^\/(?:dsa|automatedDecisions\/used|legal\/lawEnforcement\/applies|duties\/(?:transfers\/outsideUk|onwardSharing))$/u;

const DECIDE = new Set<Value>(['band', 'age-band', 'in-postcode-district', 'equals', 'one-of', 'present']);

const CHOICES: readonly (readonly [Path, unknown, unknown])[] = [
  [['automatedDecisions'], { used: false }, { used: true, explanation: 'x', safeguards: 'y' }],
  [['legal', 'lawEnforcement'], { applies: false }, { applies: true, purpose: 'x', basis: 'y' }],
  [['duties', 'transfers'], { outsideUk: false }, { outsideUk: true, countries: ['x'], safeguard: 'y' }],
  [['duties', 'onwardSharing'], 'none', { to: ['x'], conditions: 'y' }],
];

/** Values that are told in words of ours: dates, durations and names from closed lists. */
const CODED =
  /^\/(?:dsa|legal\/(?:article6|dpia\/completed|article9\/\d+\/condition)|term\/\w+|parties\/\d+\/(?:role|status)|data\/specialCategories\/\d+|ending\/notice|duties\/(?:onwardSharing|breach\/within|retention\/\d+\/(?:period|disposal))|benefits\/\d+\/(?:baseline\/on|target\/by)|grants\/\d+\/(?:rows\/.*\/is|rows\/is|fields\/\d+\/as(?:\/generalise)?))$/u;

const PARTIAL_DATE = /^\d{4}(?:-\d{2}){0,2}$/u;
/** A date of a condition, which is told in words of ours. */
const isDateOfRows = (path: Path, value: Value): boolean =>
  path.includes('rows') && path.at(-1) === 'value' && PARTIAL_DATE.test(String(value));

/** Values from closed lists, each with another one. */
const OTHER: Readonly<Record<string, string>> = {
  provider: 'recipient',
  recipient: 'provider',
  controller: 'joint-controller',
  'joint-controller': 'controller',
  processor: 'controller',
  clear: 'presence',
  presence: 'clear',
  month: 'year',
  year: 'month',
  initial: 'year',
  'postcode-district': 'postcode-area',
  'postcode-area': 'postcode-district',
  delete: 'return',
  return: 'anonymise',
  anonymise: 'delete',
  health: 'sex-life',
  'sex-life': 'health',
  'racial-or-ethnic-origin': 'health',
  'political-opinions': 'health',
  'religious-or-philosophical-beliefs': 'health',
  'trade-union-membership': 'health',
  'genetic-data': 'health',
  'biometric-data': 'health',
  'sexual-orientation': 'health',
  'at-least': 'at-most',
  'at-most': 'at-least',
  'more-than': 'less-than',
  'less-than': 'more-than',
  'on-or-after': 'on-or-before',
  'on-or-before': 'on-or-after',
  '6(1)(e)': '6(1)(c)',
};

function otherThan(value: Value): Value {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1 === value ? 1 : value + 1;
  const other = OTHER[value];
  if (other !== undefined) return other;
  if (/^\d{4}-\d{2}-\d{2}$/u.test(value))
    return value.endsWith('-01') ? `${value.slice(0, -2)}02` : `${value.slice(0, -2)}01`;
  if (PARTIAL_DATE.test(value)) return value === '1950' ? '1951' : value.endsWith('-04') ? '1950-05' : '1950';
  if (/^P[\dT]/u.test(value)) return value === 'P7Y' ? 'P8Y' : 'P7Y';
  if (/^[69]\(/u.test(value))
    return value === '9(2)(a)' ? '9(2)(c)' : value.startsWith('9') ? '9(2)(a)' : '6(1)(e)';
  return `${value}x`;
}

function* leavesOf(value: unknown, path: Path): Generator<{ path: Path; value: Value }> {
  if (typeof value !== 'object' || value === null) yield { path, value: value as Value };
  else for (const [name, member] of entriesOf(value)) yield* leavesOf(member, [...path, name]);
}

const MAY_BE_ABSENT =
  /^\/(?:template|ethics|parties\/\d+\/(?:processors|mayJoinLater|actsFor|contact\/telephone)|legal\/article(?:9|10)|legal\/article9\/\d+\/schedule1|grants\/\d+\/rows|ethics\/\w+\/mitigation)$/u;

function* removable(value: unknown, path: Path): Generator<Path> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of entriesOf(value)) {
    const here = [...path, name];
    const isOneOfMany = Array.isArray(value) && value.length > 1;
    if (isOneOfMany || MAY_BE_ABSENT.test(`/${here.join('/')}`)) yield here;
    yield* removable(member, here);
  }
}

const entriesOf = (value: object): [string | number, unknown][] =>
  Array.isArray(value) ? [...value.entries()] : Object.entries(value);

function withValue(agreement: Agreement, path: Path, value: unknown): Agreement {
  const copy = structuredClone(agreement);
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((at, name) => (at as Record<string | number, unknown>)[name], copy);
  const name = path.at(-1) ?? '';
  if (value !== undefined) (parent as Record<string | number, unknown>)[name] = value;
  else if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else Reflect.deleteProperty(parent as object, name);
  return copy;
}

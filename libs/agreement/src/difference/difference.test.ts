import { describe, expect, it } from 'vitest';
import { canonicalise, parseStrictText, type JsonObject } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import { freezeAgreement } from '../document/document.js';
import { exampleAgreement } from '../document/example-agreement.js';
import type { ChangeKind, Difference } from './change.js';
import { compareAgreements } from './difference.js';
import { renderDifference } from './render.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each case reaches into the document as it likes
type Draft = any;

/** The difference that an edit of the example makes; both versions must be valid agreements. */
function differenceOf(edit: (draft: Draft) => void, start: (draft: Draft) => void = () => {}): Difference {
  const before = exampleAgreement();
  start(before);
  const after = parseStrictText(canonicalise(before)) as JsonObject;
  after['version'] = 2;
  edit(after);
  return compareAgreements(freeze(before), freeze(after));
}

const freeze = (value: JsonObject): Agreement => freezeAgreement(value).agreement;

const kindOf = (edit: (draft: Draft) => void, start?: (draft: Draft) => void): Difference['overall'] =>
  differenceOf(edit, start).overall;

const contact = { name: 'Other', email: 'other@agency.example' };
const party = (draft: Draft, index: number): Draft => draft.parties[index];

const cases: Readonly<Record<ChangeKind, Readonly<Record<string, (draft: Draft) => void>>>> = {
  administrative: {
    'another title': (draft) => (draft.title = 'Deaths'),
    'another contact': (draft) => (party(draft, 0).contact = contact),
    'a telephone number': (draft) => (draft.rights.requests.telephone = '0123 4567'),
    'another data protection officer': (draft) => (party(draft, 0).dataProtectionOfficer = contact),
    'another person who signs': (draft) => (party(draft, 0).signatories[0].name = 'Bo Reed'),
    'parties in another order': (draft) => draft.parties.reverse(),
    'a grant by another name': (draft) => (draft.grants[0].id = 'registrations'),
    'a field named as left out': (draft) =>
      draft.grants[0].withheld.push({ field: '/occupation', because: 'x' }),
    'nothing named as left out': (draft) => delete draft.grants[0].withheld,
    'somebody else to tell of a breach': (draft) => (draft.duties.breach.contact = contact),
  },
  narrows: {
    'one use more is ruled out': (draft) => draft.purpose.prohibited.push('Marketing'),
    'a later start': (draft) => (draft.term.from = '2026-05-01'),
    'an earlier end': (draft) => (draft.term.until = '2028-03-31'),
    'an earlier review': (draft) => (draft.term.reviewBy = '2027-03-01'),
    'a shorter retention': (draft) => (draft.duties.retention[0].period = 'P5Y'),
    'a shorter retention in another unit': (draft) => (draft.duties.retention[0].period = 'P71M'),
    'a breach told sooner': (draft) => (draft.duties.breach.within = 'PT12H'),
    'one security measure more': (draft) => draft.duties.security.push('Access is logged'),
    'a party that leaves': (draft) => draft.parties.pop(),
  },
  changes: {
    'another summary': (draft) => (draft.summary = 'Pensions hears of deaths.'),
    'another power': (draft) => (draft.legal.powers[0].section = 'section 2'),
    'another legal name': (draft) => (party(draft, 1).name = 'The Pensions Service'),
    'other responsibilities': (draft) => (party(draft, 1).responsibilities = 'To pay'),
    'one more who signs': (draft) =>
      party(draft, 1).signatories.push({ role: 'owner', name: 'Bo Reed', position: 'Owner' }),
    'an aim given up': (draft) => (draft.purpose.aims = ['Payments stop within a week of a death']),
    'no special category': (draft) => (draft.data.specialCategories = []),
    'another assessment': (draft) => (draft.legal.dpia.completed = '2026-03-02'),
    'another benefit': (draft) => (draft.benefits[0].target.value = 6),
    'shorter notice': (draft) => (draft.ending.notice = 'P10D'),
    'an ethics statement': (draft) => (draft.ethics = ethics()),
    'a template': (draft) =>
      (draft.template = { id: 'councils', version: 1, digest: `sha256:${'1'.repeat(64)}` }),
  },
  widens: {
    'another agreement': (draft) => (draft.id = 'births'),
    'a new party': (draft) => draft.parties.push({ ...party(draft, 1), agency: 'tax' }),
    'a party that may join later': (draft) => (party(draft, 2).mayJoinLater = true),
    'a processor who becomes a controller': (draft) => {
      party(draft, 2).status = 'controller';
      delete party(draft, 2).actsFor;
    },
    'a processor of a party': (draft) =>
      (party(draft, 1).processors = [{ name: 'Cloud', task: 'Hosting', country: 'France' }]),
    'one fewer who signs': (draft) => party(draft, 0).signatories.pop(),
    'another purpose': (draft) => (draft.purpose.description = 'To pay'),
    'one more aim': (draft) => draft.purpose.aims.push('Another'),
    'a use no longer ruled out': (draft) => (draft.purpose.prohibited = []),
    'children among the people': (draft) => (draft.data.people[0].children = true),
    'one more special category': (draft) => draft.data.specialCategories.push('genetic-data'),
    'law enforcement': (draft) =>
      (draft.legal.lawEnforcement = { applies: true, purpose: 'Detection', basis: 'Consent' }),
    'automated decisions': (draft) =>
      (draft.automatedDecisions = { used: true, explanation: 'Stops', safeguards: 'None' }),
    'an earlier start': (draft) => (draft.term.from = '2026-03-01'),
    'a later end': (draft) => (draft.term.until = '2030-03-31'),
    'a later review': (draft) => (draft.term.reviewBy = '2028-04-01'),
    'a longer retention': (draft) => (draft.duties.retention[0].period = 'P7Y'),
    'a retention that may be longer': (draft) => (draft.duties.retention[0].period = 'P2191D'),
    'another category kept': (draft) =>
      draft.duties.retention.push({ category: 'Matched', period: 'P1Y', disposal: 'delete' }),
    'records made anonymous, not deleted': (draft) => (draft.duties.retention[0].disposal = 'anonymise'),
    'onward sharing': (draft) => (draft.duties.onwardSharing = { to: ['Banks'], conditions: 'None' }),
    'a security measure given up': (draft) => (draft.duties.security = ['Passwords']),
    'a breach told later': (draft) => (draft.duties.breach.within = 'P3D'),
    'a transfer': (draft) =>
      (draft.duties.transfers = { outsideUk: true, countries: ['France'], safeguard: 'Adequacy' }),
    'other words for what becomes of the data': (draft) => (draft.ending.dataAfterwards = 'It is kept.'),
    'longer notice': (draft) => (draft.ending.notice = 'P90D'),
    'a new grant': (draft) =>
      draft.grants.push({ ...draft.grants[0], id: 'more', event: 'uk.register-office.death.amended' }),
    'another event schema': (draft) => (draft.grants[0].schema = `sha256:${'1'.repeat(64)}`),
    'one more field': (draft) =>
      draft.grants[0].fields.push({ field: '/deceased/nhsNumber', as: 'clear', because: 'x' }),
  },
};

function ethics(): JsonObject {
  const score = { score: 4, because: 'It is so' };
  const themes = [
    'transparency',
    'accountability',
    'fairness',
    'publicBenefit',
    'expertise',
    'law',
    'dataQuality',
    'widerEffects',
  ];
  return Object.fromEntries(themes.map((theme) => [theme, score]));
}

describe('a new version', () => {
  it('with the same content has no difference', () => {
    expect(differenceOf(() => {})).toEqual({ overall: 'none', changes: [] });
  });

  describe.each(Object.entries(cases))('%s', (kind, edits) => {
    it.each(Object.entries(edits))('%s', (name, edit) => {
      const start = name === 'an aim given up' ? (draft: Draft) => draft.purpose.aims.push('Two') : undefined;
      expect(kindOf(edit, start)).toBe(kind);
    });
  });

  it('is told in words, what widens first', () => {
    const difference = differenceOf((draft) => {
      draft.title = 'Deaths';
      draft.term.until = '2028-03-31';
      draft.purpose.prohibited = [];
    });
    expect(renderDifference(difference)).toBe(
      [
        'The later version widens what the earlier one allows, or may do so.',
        '',
        'Widens: more may be given or done, or it cannot be told that it may not',
        '- The prohibited use “Debt tracing” was removed.',
        '',
        'Narrows: less is given, or a duty is stricter',
        '- The last day on which data is shared changed from 31 March 2029 to 31 March 2028.',
        '',
        'Administrative: nothing that is given or owed depends on it',
        '- The title changed from “Death notification” to “Deaths”.',
        '',
      ].join('\n'),
    );
  });
});

import type { Agreement, SpecialCategory } from '../../document/agreement.js';
import { neutralise } from '../../plain-english/neutral.js';
import { lintFinding, type LintFinding } from '../codes.js';
import { hoursIn } from './calendar.js';
import { wordsOf } from './field-words.js';

/**
 * Whether the law that is cited fits what is shared: UK GDPR Articles 6, 9, 10 and 33, the ICO's guidance on
 * consent, and the ICO data sharing code on children.
 */
export const lintLaw = (agreement: Agreement): LintFinding[] => [
  ...lawfulBasis(agreement),
  ...categories(agreement),
  ...children(agreement),
  ...breach(agreement),
];

/** Every party is a public agency (README): Article 6(1), last sentence; ICO guidance on consent. */
function lawfulBasis({ legal }: Agreement): LintFinding[] {
  const path = '/legal/article6';
  if (legal.article6 === '6(1)(f)') return [lintFinding('public-task-by-legitimate-interests', path)];
  return legal.article6 === '6(1)(a)' ? [lintFinding('consent-in-public-task', path)] : [];
}

const SPECIAL: readonly (readonly [SpecialCategory, RegExp])[] = [
  [
    'health',
    /\b(?:causes? of death|diagnos[a-z]*|disab[a-z]*|medical[a-z]*|medications?|illness(?:es)?|disease|treatments?|prescriptions?|vaccin[a-z]*|pregnan[a-z]*|health|impairments?|symptoms?)\b(?! (?:board|service|authority|number|centre|statistics))/u,
  ],
  ['racial-or-ethnic-origin', /\b(?:ethnic[a-z]*|race|racial)\b/u],
  ['religious-or-philosophical-beliefs', /\b(?:religio[a-z]*|faith|beliefs?)\b/u],
  ['political-opinions', /\bpolitical\b/u],
  ['trade-union-membership', /\btrade unions?\b/u],
  ['genetic-data', /\b(?:genetic[a-z]*|genom[a-z]*|dna)\b/u],
  ['biometric-data', /\b(?:biometric[a-z]*|fingerprints?)\b/u],
  ['sex-life', /\bsex life\b/u],
  ['sexual-orientation', /\b(?:sexual orientation|sexuality)\b/u],
];

const OFFENCES =
  /\b(?:offen[cs]es?|offenders?|convict(?:ed|ions?)|criminal[a-z]*|sentenced?|arrest(?:s|ed)?)\b/u;

/** Articles 9 and 10 protect living people: nothing is said where nobody living is concerned. */
function categories({ data, legal, grants }: Agreement): LintFinding[] {
  const findings: LintFinding[] =
    legal.article9 !== undefined && data.specialCategories.length === 0
      ? [lintFinding('condition-without-category', '/legal/article9')]
      : [];
  if (!data.personal) return findings;
  const undeclared = SPECIAL.filter(([category]) => !data.specialCategories.includes(category));
  for (const [index, { fields }] of grants.entries()) {
    for (const [place, { field }] of fields.entries()) {
      const path = `/grants/${index}/fields/${place}/field`;
      const words = wordsOf(field);
      const category = undeclared.find(([, pattern]) => pattern.test(words))?.[0];
      if (category !== undefined) {
        findings.push(
          lintFinding(
            'special-category-likely',
            path,
            `The field “${neutralise(field)}” looks like data of the category “${category}”, which is not declared.`,
          ),
        );
      }
      if (!data.criminalOffences && OFFENCES.test(words))
        findings.push(lintFinding('criminal-offences-likely', path));
    }
  }
  return findings;
}

const CHILDREN =
  /\b(?:child(?:ren)?|minors?|young people|young person|pupils?|infants?|babies|under (?:16|18))\b/iu;

/** ICO data sharing code, data sharing and children. */
function children({ data, purpose, rights, ethics, duties }: Agreement): LintFinding[] {
  if (!data.people.some((one) => one.children)) return [];
  const told = JSON.stringify([purpose, rights.statement, data.quality, duties.security, ethics ?? {}]);
  return CHILDREN.test(told) ? [] : [lintFinding('children-not-mentioned', '/data/people')];
}

/** Article 33(1): the Commissioner is told within 72 hours of whoever decides having learnt of it. */
const breach = ({ duties }: Agreement): LintFinding[] =>
  hoursIn(duties.breach.within) >= 72 ? [lintFinding('breach-told-too-late', '/duties/breach/within')] : [];

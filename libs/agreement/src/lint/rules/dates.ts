import type { Agreement } from '../../document/agreement.js';
import { dateInWords } from '../../plain-english/words.js';
import { lintFinding, type LintFinding } from '../codes.js';
import { dayNumber } from './calendar.js';

const YEARS_TO_REVIEW = 3;
const YEARS_OF_DPIA_AT_START = 3;
const YEARS_OF_DPIA_AT_REVIEW = 4;

/** Review and impact assessment against the term: ICO data sharing code; UK GDPR Article 35(1) and (11). */
export const lintTerm = (agreement: Agreement): LintFinding[] => [...review(agreement), ...dpia(agreement)];

function review({ term }: Agreement): LintFinding[] {
  const path = '/term/reviewBy';
  const by = dateInWords(term.reviewBy);
  if (dayNumber(term.reviewBy) > dayNumber(term.until))
    return [lintFinding('no-review', path, `The review is due by ${by}, after the term has ended.`)];
  return dayNumber(term.reviewBy) > dayNumber(term.from, YEARS_TO_REVIEW)
    ? [
        lintFinding(
          'no-review',
          path,
          `The first review is due by ${by}, more than three years after the first day.`,
        ),
      ]
    : [];
}

function dpia({ legal, term }: Agreement): LintFinding[] {
  const { completed } = legal.dpia;
  const found = (message: string): LintFinding[] => [
    lintFinding('dpia-stale', '/legal/dpia/completed', message),
  ];
  const on = `The impact assessment was completed on ${dateInWords(completed)}`;
  if (dayNumber(completed) > dayNumber(term.from)) return found(`${on}, after the sharing begins.`);
  if (dayNumber(completed, YEARS_OF_DPIA_AT_START) < dayNumber(term.from))
    return found(`${on}, more than three years before the first day.`);
  const nextLook = Math.min(dayNumber(term.reviewBy), dayNumber(term.until));
  return dayNumber(completed, YEARS_OF_DPIA_AT_REVIEW) < nextLook
    ? found(`${on} and will be more than four years old when the parties look at it again.`)
    : [];
}

/** Benefits that can be evaluated (Digital Economy Act 2017 code of practice). */
export const lintBenefits = ({ benefits, term }: Agreement): LintFinding[] =>
  benefits.flatMap(({ baseline, target }, index) => {
    const at = `/benefits/${index}`;
    const findings: LintFinding[] = [];
    if (target.value === baseline.value)
      findings.push(lintFinding('benefit-not-better', `${at}/target/value`));
    if (dayNumber(baseline.on) > dayNumber(term.from))
      findings.push(
        lintFinding(
          'benefit-date',
          `${at}/baseline/on`,
          'The baseline is measured after the sharing begins.',
        ),
      );
    if (dayNumber(target.by) <= dayNumber(term.from) || dayNumber(target.by) > dayNumber(term.until))
      findings.push(
        lintFinding('benefit-date', `${at}/target/by`, 'The target is for a day outside of the term.'),
      );
    return findings;
  });

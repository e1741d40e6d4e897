import type { FindSchema } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import type { LintFinding } from './codes.js';
import { lintBenefits, lintTerm } from './rules/dates.js';
import { lintContradictions } from './rules/contradictions.js';
import { lintEthics } from './rules/ethics.js';
import { lintFields } from './rules/fields.js';
import { lintForms } from './rules/forms.js';
import { lintLaw } from './rules/law.js';
import { lintParties } from './rules/parties.js';
import { lintWords } from './rules/words.js';

/**
 * What lawyers should mend or weigh in an agreement, beyond what its schema refuses. The same agreement and
 * schemas always give the same findings in the same order.
 *
 * @param agreement one that satisfies the schema; it may contradict itself
 * @param findSchema finds event schemas; without it, nothing is said of how grants fit them
 */
export const lintAgreement = (agreement: Agreement, findSchema?: FindSchema): LintFinding[] => [
  ...lintContradictions(agreement),
  ...lintParties(agreement),
  ...lintFields(agreement, findSchema),
  ...lintForms(agreement),
  ...lintLaw(agreement),
  ...lintTerm(agreement),
  ...lintEthics(agreement),
  ...lintBenefits(agreement),
  ...lintWords(agreement),
];

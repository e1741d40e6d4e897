import type { Agreement } from '../../document/agreement.js';
import { findContradictions } from '../../document/contradictions.js';
import { lintFinding, type LintCode, type LintFinding } from '../codes.js';

/** What would keep the agreement from being frozen (Concordat’s own rule), each by the name of its kind. */
export const lintContradictions = (agreement: Agreement): LintFinding[] =>
  findContradictions(agreement).map(({ path, message }) =>
    lintFinding(codeOf(path), path, `${message.startsWith('are ') ? 'These' : 'This'} ${message}.`),
  );

function codeOf(path: string): LintCode {
  if (/^\/grants\/\d+\/provider$/u.test(path)) return 'provider-not-party';
  if (/^\/grants\/\d+\/recipient$/u.test(path)) return 'recipient-not-party';
  if (/^\/grants\/\d+$/u.test(path)) return 'overlapping-grants';
  return 'contradiction';
}

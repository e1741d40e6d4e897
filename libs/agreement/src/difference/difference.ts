import { canonicalise, type FindSchema, type Json, type JsonObject } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import { changeKinds, type Difference } from './change.js';
import { compareMember } from './compare-members.js';
import type { Comparison } from './comparison.js';
import { readerOf } from './schema-reader.js';
import { fullSteps, TooLarge, type Steps } from './steps.js';

/**
 * Compares two versions of an agreement. What cannot be decided counts as widening. So does all that is left when
 * the comparison has taken as many steps as it may, so that no two documents hold up whoever compares them.
 *
 * Both must be frozen agreements, and the earlier one must compile. What is said of events holds for events that
 * satisfy the schema which the grant names; intake takes no others.
 *
 * @param findSchema tells more precisely what a form or a condition does; without it more counts as widening
 */
export function compareAgreements(
  before: Agreement,
  after: Agreement,
  findSchema: FindSchema = () => undefined,
): Difference {
  return compareWithin(fullSteps(), before, after, findSchema);
}

/** Compares in so many steps as are left. For the tests; others take {@link compareAgreements}. */
export function compareWithin(
  steps: Steps,
  before: Agreement,
  after: Agreement,
  findSchema: FindSchema,
): Difference {
  const reader = readerOf(steps);
  const comparison: Comparison = { before, after, findSchema, changes: [], reader };
  const { changes } = comparison;
  try {
    compareMember(
      { pattern: '', path: '', of: '', before: before as unknown as Json, after: after as unknown as Json },
      comparison,
    );
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    changes.push({ path: '', kind: 'widens', sentence: TOO_LARGE });
  }
  // Nothing may differ without being told, whatever the rules overlook.
  if (changes.length === 0 && contentOf(before) !== contentOf(after)) {
    changes.push({ path: '', kind: 'widens', sentence: 'The versions differ in a way that cannot be told.' });
  }
  const overall = changeKinds.find((kind) => changes.some((change) => change.kind === kind)) ?? 'none';
  return { overall, changes };
}

const TOO_LARGE =
  'The versions are too large to be compared to the end. What was not compared counts as if it gave more.';

const contentOf = (agreement: Agreement): string =>
  canonicalise({ ...(agreement as unknown as JsonObject), version: 0 });

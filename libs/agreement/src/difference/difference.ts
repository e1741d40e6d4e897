import { canonicalise, type FindSchema, type Json, type JsonObject } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import { changeKinds, type Difference } from './change.js';
import { compareMember } from './compare-members.js';
import type { Comparison } from './comparison.js';

/**
 * Compares two versions of an agreement. What cannot be decided counts as widening.
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
  const comparison: Comparison = { before, after, findSchema, changes: [] };
  compareMember(
    { pattern: '', path: '', of: '', before: before as unknown as Json, after: after as unknown as Json },
    comparison,
  );
  const { changes } = comparison;
  // Nothing may differ without being told, whatever the rules overlook.
  if (changes.length === 0 && contentOf(before) !== contentOf(after)) {
    changes.push({ path: '', kind: 'widens', sentence: 'The versions differ in a way that cannot be told.' });
  }
  const overall = changeKinds.find((kind) => changes.some((change) => change.kind === kind)) ?? 'none';
  return { overall, changes };
}

const contentOf = (agreement: Agreement): string =>
  canonicalise({ ...(agreement as unknown as JsonObject), version: 0 });

import type { Cause, Standing } from '@concordat/agreement';
import type { Program } from '../program/program.js';
import type { WithheldReason } from '../reasons.js';

/**
 * Why nothing is released under an agreement as it stands, or nothing between this provider and this recipient;
 * `undefined` when its standing is no reason. What is not known to be in force withholds.
 */
export function withheldByStanding(
  { provider, recipient }: Program,
  { state, causes, parties }: Standing,
): WithheldReason | undefined {
  switch (state) {
    case 'proposed':
    case 'rejected':
      return 'not-in-force';
    case 'terminated':
      return 'agreement-ended';
    case 'expired':
      return 'after-term';
    case 'suspended':
      return reasonForSuspension(causes);
    case 'active':
      return withheldByParty(provider, parties) ?? withheldByParty(recipient, parties);
  }
}

/** Why nothing is released on a day outside of the term. @param now RFC 3339, UTC */
export function withheldByTerm({ from, until }: Program, now: string): WithheldReason | undefined {
  const today = now.slice(0, 10);
  if (today < from) return 'before-term';
  return today > until ? 'after-term' : undefined;
}

/** Of several causes the one that only a new signature can mend comes first. */
function reasonForSuspension(causes: readonly Cause[]): WithheldReason {
  const kinds = new Set(causes.map(({ kind }) => kind));
  if (kinds.has('signatures-refused')) return 'signature-refused';
  if (UNCLEAR.some((kind) => kinds.has(kind))) return 'standing-unclear';
  const byParty = causes.some((cause) => cause.kind === 'suspended' && cause.whole);
  return !byParty && kinds.has('review-overdue') ? 'review-overdue' : 'agreement-suspended';
}

function withheldByParty(agency: string, parties: Standing['parties']): WithheldReason | undefined {
  switch (parties.find((party) => party.agency === agency)?.state) {
    case 'taking-part':
      return undefined;
    case 'suspended':
      return 'party-suspended';
    case 'ended':
      return 'party-left';
    case 'not-joined':
    case undefined:
      return 'party-not-joined';
  }
}

const UNCLEAR = ['signed-and-rejected', 'narrowings-differ', 'successors-differ'] as const;

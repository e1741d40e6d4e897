import type { Standing } from '@concordat/agreement';
import type { Program } from '@concordat/policy';

/** For so long after an end the ledger shows what no longer flows. Then nobody expects it any more. */
const SHOWN_AFTER_THE_END = 90 * 24 * 60 * 60 * 1000;

/**
 * Whether an event is decided by a grant at all, be it to withhold. It is, when both agencies take part or have
 * taken part: a recipient who waits for records must find in the ledger why none come. It is not
 *
 * - when the provider or the recipient has never joined: among hundreds that may join, each event would leave
 *   hundreds of entries about agencies that do not expect it;
 * - from 90 days after the agreement, or the part of one of the two in it, has ended.
 *
 * @param now ms
 */
export function isDecided({ provider, recipient }: Program, standing: Standing, now: number): boolean {
  const { state, until, causes } = standing;
  const isOver = state === 'terminated' || state === 'expired';
  const ends = isOver && until !== undefined ? [Date.parse(until)] : [];
  for (const agency of [provider, recipient]) {
    const part = standing.parties.find((party) => party.agency === agency)?.state;
    if (part === undefined || part === 'not-joined') return false;
    if (part !== 'ended') continue;
    for (const cause of causes) {
      if (cause.kind === 'terminated' && cause.party === agency) ends.push(Date.parse(cause.effective));
    }
  }
  return ends.every((end) => now < end + SHOWN_AFTER_THE_END);
}

import type { Agreement, Party } from '../document/agreement.js';
import { CLOCK_TOLERANCE } from '../keys/validity.js';
import { requiredSignatories } from '../signatures/signature.js';
import type { VersionReference } from './notice.js';
import type { VerifiedVersion } from './standing-types.js';

/** A version with what follows from its signatures at a moment. */
export interface SignedVersion {
  readonly reference: VersionReference;
  readonly agreement: Agreement;
  /** When each signatory, as `party/role`, signed first, and last, in ms. */
  readonly signed: ReadonlyMap<string, { readonly first: number; readonly last: number }>;
  /** Those who have signed, by a signature that holds or once held. Only what restricts is judged by them. */
  readonly everSigned: ReadonlySet<string>;
  /** Signatories without whom it is not in force and who have not signed. */
  readonly missing: readonly string[];
  /** When the last of those whom it needs signed, in ms; `undefined` when not all have. */
  readonly completedAt: number | undefined;
  /** Not all have signed, but under the name of each there is a signature, if only one that does not hold. */
  readonly spoiled: boolean;
  /** Those missing whose signature does not hold. */
  readonly refused: readonly string[];
}

/** @param now ms; what states a later time than that has not been signed yet */
export function signedVersion(
  { frozen, signatures, refused, lapsed = [] }: VerifiedVersion,
  now: number,
): SignedVersion {
  const { agreement, digest } = frozen;
  const signed = new Map<string, { first: number; last: number }>();
  for (const { party, role, time } of signatures) {
    const at = Date.parse(time);
    if (isToCome(at, now)) continue;
    const before = signed.get(`${party}/${role}`) ?? { first: at, last: at };
    signed.set(`${party}/${role}`, { first: Math.min(before.first, at), last: Math.max(before.last, at) });
  }
  const required = requiredSignatories(agreement);
  const missing = required.filter((name) => !signed.has(name));
  const claimed = new Set(refused.map(({ party, role }) => `${party}/${role}`));
  return {
    reference: { id: agreement.id, version: agreement.version, digest },
    agreement,
    signed,
    everSigned: new Set([
      ...signed.keys(),
      ...lapsed
        .filter(({ time }) => !isToCome(Date.parse(time), now))
        .map(({ party, role }) => `${party}/${role}`),
    ]),
    missing,
    completedAt:
      missing.length > 0 ? undefined : Math.max(...required.map((name) => signed.get(name)?.first ?? 0)),
    spoiled: missing.length > 0 && missing.every((name) => claimed.has(name)),
    refused: missing.filter((name) => claimed.has(name)),
  };
}

/** Whether what states this time still lies ahead, beyond what clocks may differ by. Both in ms. */
export const isToCome = (at: number, now: number): boolean => at > now + CLOCK_TOLERANCE;

export const partyOf = ({ agreement }: SignedVersion, agency: string): Party | undefined =>
  agreement.parties.find((party) => party.agency === agency);

export const isFirm = (party: Party | undefined): boolean =>
  party !== undefined && party.mayJoinLater !== true;

export const firmParties = ({ agreement }: SignedVersion): Party[] => agreement.parties.filter(isFirm);

export const signatoriesOf = ({ agency, signatories }: Party): string[] =>
  signatories.map(({ role }) => `${agency}/${role}`);

/** Whether all of a party's signatories have signed this version. */
export function hasJoined(version: SignedVersion, agency: string): boolean {
  const party = partyOf(version, agency);
  return party !== undefined && signatoriesOf(party).every((name) => version.signed.has(name));
}

/** Whether all of a party's signatories have signed this version, by signatures that hold or once held. */
export function hasEverSigned(version: SignedVersion, agency: string): boolean {
  const party = partyOf(version, agency);
  return party !== undefined && signatoriesOf(party).every((name) => version.everSigned.has(name));
}

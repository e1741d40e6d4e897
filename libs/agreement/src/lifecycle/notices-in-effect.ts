import type { Digest } from '@concordat/record';
import type { Notice, ResumeNotice, ReviewNotice } from './notice.js';
import {
  firmParties,
  hasJoined,
  isFirm,
  isToCome,
  partyOf,
  signatoriesOf,
  type SignedVersion,
} from './signed-version.js';
import type { Cause, VerifiedNotice } from './standing-types.js';

/** What notices are judged by. */
export interface Ground {
  /** All versions, ascending. */
  readonly versions: readonly SignedVersion[];
  /** Those that have come into force, ascending; the last one is in force. */
  readonly line: readonly SignedVersion[];
  readonly inForce: SignedVersion;
  /** In ms. */
  readonly now: number;
}

/** How far a party's word reaches: over the whole agreement, or over what it gives and gets itself. */
type Reach = 'whole' | 'own';

export type Suspended = Extract<Cause, { kind: 'suspended' }>;
export type Terminated = Extract<Cause, { kind: 'terminated' }>;

/** A notice that changes nothing, and why. */
export interface WithoutEffect {
  readonly notice: Digest;
  readonly why: string;
}

/**
 * How far a notice to suspend or to end reaches. A party of the version in force may name that or any other
 * version: whoever stops the sharing in a hurry must not fail on a number. Firm parties remain in every later
 * version; a later joiner that is dropped has no say, and nothing left to stop.
 *
 * @returns `undefined` when it is not that party's to say
 */
const reachOf = ({ party }: Notice, { inForce }: Ground): Reach | undefined => reachIn(inForce, party);

function reachIn(version: SignedVersion, agency: string): Reach | undefined {
  if (isFirm(partyOf(version, agency))) return 'whole';
  return hasJoined(version, agency) ? 'own' : undefined;
}

/** When a newer version was signed by all, in ms. */
function succeededAt(version: SignedVersion, line: readonly SignedVersion[]): number | undefined {
  const times = line.flatMap(({ reference, completedAt }) =>
    reference.version > version.reference.version && completedAt !== undefined ? [completedAt] : [],
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The suspensions that nobody, or not everybody, has lifted; the oldest first. */
export function suspensions(notices: readonly VerifiedNotice[], ground: Ground): Suspended[] {
  return notices
    .flatMap(({ notice, digest }): Suspended[] => {
      if (notice.kind !== 'suspend') return [];
      const reach = reachOf(notice, ground);
      if (reach === undefined) return [];
      const missing = missingToLift(notice, digest, notices, ground);
      if (missing.length === 0) return [];
      const { party, role, time, because } = notice;
      return [
        { kind: 'suspended', notice: digest, party, role, time, because, whole: reach === 'whole', missing },
      ];
    })
    .sort((one, other) => byTime(one.time, other.time) || byText(one.notice, other.notice));
}

/**
 * Who still has to consent before a suspension is lifted. A suspension that was lifted under an older version
 * stays lifted when a newer one comes into force. But consent to an older version that was given after a newer
 * one was signed does not count: its parties may be fewer.
 */
function missingToLift(
  suspension: Notice,
  digest: Digest,
  notices: readonly VerifiedNotice[],
  { versions, line, inForce, now }: Ground,
): readonly string[] {
  const consents = notices.flatMap(({ notice }): ResumeNotice[] =>
    notice.kind === 'resume' && notice.lifts.includes(digest) && !isToCome(Date.parse(notice.time), now)
      ? [notice]
      : [],
  );
  const missingUnder = (version: SignedVersion): string[] => {
    const until = version === inForce ? Infinity : (succeededAt(version, line) ?? Infinity);
    const counting = new Set(
      consents
        .filter(
          ({ agreement, time }) => agreement.digest === version.reference.digest && Date.parse(time) <= until,
        )
        .map(nameOf),
    );
    const required = firmParties(version).flatMap(signatoriesOf);
    const missing = required.filter((name) => !counting.has(name));
    if (isFirm(partyOf(version, suspension.party))) return missing;
    // Whoever suspended must consent as well, under whichever version it is or was a party.
    const own = ownSignatories(suspension, version, versions);
    const consenting = new Set(consents.map(nameOf));
    return [...missing, ...own.filter((name) => !consenting.has(name))];
  };
  const holding = line.filter((version) => version === inForce || version.completedAt !== undefined);
  if (holding.some((version) => missingUnder(version).length === 0)) return [];
  return missingUnder(inForce);
}

function ownSignatories(
  { party, role, agreement }: Notice,
  version: SignedVersion,
  versions: readonly SignedVersion[],
): string[] {
  const named = versions.find(({ reference }) => reference.digest === agreement.digest);
  const own = partyOf(version, party) ?? (named && partyOf(named, party));
  return own === undefined ? [`${party}/${role}`] : signatoriesOf(own);
}

/** The ends that parties have given notice of, the earliest first, whether they have come or not. */
export function terminations(notices: readonly VerifiedNotice[], ground: Ground): Terminated[] {
  return notices
    .flatMap(({ notice, digest }): Terminated[] => {
      if (notice.kind !== 'terminate') return [];
      const reach = reachOf(notice, ground);
      if (reach === undefined || hasJoinedAgain(notice, ground)) return [];
      const { party, role, because, effective } = notice;
      return [
        { kind: 'terminated', notice: digest, party, role, because, effective, whole: reach === 'whole' },
      ];
    })
    .sort((one, other) => byTime(one.effective, other.effective) || byText(one.notice, other.notice));
}

/** A later joiner that left joins again by signing after that: its own signatures against its own notice. */
function hasJoinedAgain({ party, time, agreement }: Notice, { versions, inForce }: Ground): boolean {
  const named = versions.find(({ reference }) => reference.digest === agreement.digest);
  const own = partyOf(inForce, party);
  if (own === undefined || named === undefined || isFirm(partyOf(named, party))) return false;
  const left = Date.parse(time);
  return signatoriesOf(own).every((name) => (inForce.signed.get(name)?.last ?? -Infinity) > left);
}

/** The day by which the version in force is reviewed: as it says, or later where all firm parties consent. */
export function reviewDay(notices: readonly VerifiedNotice[], { inForce, now }: Ground): string {
  const required = firmParties(inForce).flatMap(signatoriesOf);
  const consents = notices.flatMap(({ notice }): ReviewNotice[] =>
    notice.kind === 'review' &&
    notice.agreement.digest === inForce.reference.digest &&
    !isToCome(Date.parse(notice.time), now)
      ? [notice]
      : [],
  );
  const agreed = consents
    .map(({ reviewBy }) => reviewBy)
    .filter((day) => {
      const names = new Set(consents.filter(({ reviewBy }) => reviewBy === day).map(nameOf));
      return required.every((name) => names.has(name));
    });
  // Calendar days of the same length sort as text.
  return [inForce.agreement.term.reviewBy, ...agreed].sort().at(-1) ?? '';
}

/** The notice that rejects a version, if there is one; of several always the same. */
export function rejectionOf(
  { reference }: SignedVersion,
  notices: readonly VerifiedNotice[],
): Digest | undefined {
  return notices
    .filter(({ notice }) => notice.kind === 'reject' && notice.agreement.digest === reference.digest)
    .map(({ digest }) => digest)
    .sort()
    .at(0);
}

/** Signed notices that are without effect as things stand, so that people can be told. */
export function withoutEffect(
  notices: readonly VerifiedNotice[],
  ground: Ground | undefined,
): WithoutEffect[] {
  return notices
    .flatMap(({ notice, digest }) => {
      const why = whyWithoutEffect(notice, ground);
      return why === undefined ? [] : [{ notice: digest, why }];
    })
    .sort((one, other) => byText(one.notice, other.notice));
}

function whyWithoutEffect(notice: Notice, ground: Ground | undefined): string | undefined {
  switch (notice.kind) {
    case 'suspend':
    case 'terminate':
      if (ground === undefined) return 'No version of the agreement is in force';
      return reachOf(notice, ground) === undefined
        ? 'It comes from an agency that does not take part in the agreement'
        : undefined;
    case 'resume':
    case 'review':
      if (ground === undefined) return 'No version of the agreement is in force';
      return isToCome(Date.parse(notice.time), ground.now) ? 'It states a time that is to come' : undefined;
    case 'reject':
      return undefined;
  }
}

const nameOf = ({ party, role }: Notice): string => `${party}/${role}`;

const byTime = (one: string, other: string): number => Date.parse(one) - Date.parse(other);
const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

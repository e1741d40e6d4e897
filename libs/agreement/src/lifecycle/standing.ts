import { countsFrom, endOf, startOf, timeOf, turnsOf, warningsOf, type Calendar } from './calendar.js';
import type { VersionReference } from './notice.js';
import {
  rejectionOf,
  reviewDay,
  suspensions,
  terminations,
  withoutEffect,
  type Ground,
  type Suspended,
  type Terminated,
} from './notices-in-effect.js';
import { hasJoined, isFirm, signedVersion, type SignedVersion } from './signed-version.js';
import type {
  AgreementState,
  Cause,
  CompareVersions,
  PartyStanding,
  Standing,
  VerifiedNotice,
  VerifiedVersion,
  VersionStanding,
  VersionState,
} from './standing-types.js';
import { whyNoSuccessor } from './successor.js';
import { narrowingOf, rivalsOf, succession } from './version-in-force.js';

/**
 * How an agreement stands: which version is in force, whose grants apply, who takes part, and what stops it. A
 * function of sets and of the clock: in which order things came, and how often, makes no difference.
 *
 * @param versions of one agreement, at least one; verified
 * @param notices about that agreement; verified
 * @param now RFC 3339
 * @throws TypeError when there is no version, or they are of several agreements
 */
export function standingOf(
  versions: readonly VerifiedVersion[],
  notices: readonly VerifiedNotice[],
  now: string,
  compare: CompareVersions,
): Standing {
  const at = Date.parse(now);
  const id = idOf(versions);
  const all = mergeVersions(versions).map((version) => signedVersion(version, at));
  const known = mergeNotices(notices, id);
  const line = succession(all);
  const inForce = line.at(-1);
  const later = laterConsents(versions, known, at);
  if (inForce === undefined) {
    const states = all.map((version) => ({ version, state: stateOfProposal(version, known) }));
    return {
      id,
      state: states.some(({ state }) => state === 'proposed') ? 'proposed' : 'rejected',
      scheduled: false,
      versions: states.map(({ version, state }) => versionStanding(version, state)),
      parties: [],
      causes: [],
      warnings: [],
      withoutEffect: withoutEffect(known, undefined),
      ...nextMember(later),
    };
  }
  const ground = { versions: all, line, inForce, now: at };
  return standingInForce(id, ground, known, compare, later);
}

function standingInForce(
  id: string,
  ground: Ground,
  notices: readonly VerifiedNotice[],
  compare: CompareVersions,
  later: readonly number[],
): Standing {
  const { versions, inForce, now } = ground;
  const { applied, differ } = narrowingOf(inForce, versions, compare);
  const rivals = rivalsOf(ground.line, versions);
  const calendar = calendarOf(inForce, applied, reviewDay(notices, ground));
  const suspended = suspensions(notices, ground);
  const terminated = terminations(notices, ground);
  const end = endOfAgreement(terminated, calendar);
  const stops = [
    ...signatureCauses(inForce, notices),
    ...(differ.length > 0 ? [differCause('narrowings-differ', differ)] : []),
    ...(rivals.length > 0 ? [differCause('successors-differ', [inForce, ...rivals])] : []),
    ...suspended.filter(({ whole }) => whole),
    ...(now >= endOf(calendar.reviewBy) && now < end.at ? [reviewCause(calendar)] : []),
  ];
  const isOver = now >= end.at;
  const state = isOver ? end.state : stops.length > 0 ? 'suspended' : 'active';
  const turns = [
    ...(isOver ? [] : turnsOf(calendar)),
    ...terminated.map(({ effective }) => Date.parse(effective)),
    ...later,
  ];
  return {
    id,
    state,
    scheduled: !isOver && now < startOf(calendar.from),
    ...sinceMember(state, end.at, inForce, stops),
    until: timeOf(end.at),
    cited: inForce.reference,
    applied: applied.reference,
    reviewBy: calendar.reviewBy,
    versions: versions.map((version) =>
      versionStanding(version, stateOfVersion(version, inForce, state, notices), inForce),
    ),
    parties: inForce.agreement.parties.map(({ agency }) =>
      partyStanding(inForce, agency, suspended, terminated, now),
    ),
    causes: [
      ...stops,
      ...suspended.filter(({ whole }) => !whole),
      ...terminated,
      ...(state === 'expired' ? [{ kind: 'term-ended', until: calendar.until } as const] : []),
    ],
    warnings: isOver ? [] : warningsOf(calendar, now),
    withoutEffect: withoutEffect(notices, ground),
    ...nextMember(turns.filter((turn) => turn > now)),
  };
}

function idOf(versions: readonly VerifiedVersion[]): string {
  const ids = new Set(versions.map(({ frozen }) => frozen.agreement.id));
  const [id] = ids;
  if (id === undefined || ids.size > 1) throw new TypeError('The versions are not those of one agreement');
  return id;
}

/** Each version once, ascending, with every signature that came with any copy of it. */
function mergeVersions(versions: readonly VerifiedVersion[]): VerifiedVersion[] {
  const merged = new Map<string, VerifiedVersion>();
  for (const version of versions) {
    const before = merged.get(version.frozen.digest);
    merged.set(version.frozen.digest, {
      frozen: version.frozen,
      signatures: [...(before?.signatures ?? []), ...version.signatures],
      refused: [...(before?.refused ?? []), ...version.refused],
      lapsed: [...(before?.lapsed ?? []), ...(version.lapsed ?? [])],
    });
  }
  return [...merged.values()].sort(
    ({ frozen: one }, { frozen: other }) =>
      one.agreement.version - other.agreement.version || (one.digest < other.digest ? -1 : 1),
  );
}

/** Each notice about this agreement once, by digest. */
function mergeNotices(notices: readonly VerifiedNotice[], id: string): VerifiedNotice[] {
  const merged = new Map(
    notices.filter(({ notice }) => notice.agreement.id === id).map((one) => [one.digest, one]),
  );
  return [...merged.values()].sort((one, other) => (one.digest < other.digest ? -1 : 1));
}

/** Consent that states a time to come will count later, in ms. */
function laterConsents(
  versions: readonly VerifiedVersion[],
  notices: readonly VerifiedNotice[],
  now: number,
): number[] {
  const times = [
    ...versions.flatMap(({ signatures, lapsed = [] }) => [...signatures, ...lapsed].map(({ time }) => time)),
    ...notices.map(({ notice }) => notice.time),
  ];
  return times.map(countsFrom).filter((turn) => turn > now);
}

/** A narrower version's term counts as well: the later beginning, the earlier end, the earlier review. */
function calendarOf(inForce: SignedVersion, applied: SignedVersion, reviewBy: string): Calendar {
  const { term } = inForce.agreement;
  const narrower = applied.agreement.term;
  return {
    from: narrower.from > term.from ? narrower.from : term.from,
    until: narrower.until < term.until ? narrower.until : term.until,
    // The same day in both says nothing against a later one that the parties have agreed on since.
    reviewBy:
      narrower.reviewBy < term.reviewBy && narrower.reviewBy < reviewBy ? narrower.reviewBy : reviewBy,
  };
}

function endOfAgreement(
  terminated: readonly Terminated[],
  { until }: Calendar,
): { readonly state: 'terminated' | 'expired'; readonly at: number } {
  const term = endOf(until);
  const notice = Math.min(
    ...terminated.filter(({ whole }) => whole).map(({ effective }) => Date.parse(effective)),
  );
  return notice < term ? { state: 'terminated', at: notice } : { state: 'expired', at: term };
}

function signatureCauses(inForce: SignedVersion, notices: readonly VerifiedNotice[]): Cause[] {
  const { reference: version, spoiled, refused: signatories } = inForce;
  const rejection = rejectionOf(inForce, notices);
  return [
    ...(spoiled ? [{ kind: 'signatures-refused', version, signatories } as const] : []),
    ...(rejection === undefined
      ? []
      : [{ kind: 'signed-and-rejected', version, notice: rejection } as const]),
  ];
}

const differCause = (
  kind: 'narrowings-differ' | 'successors-differ',
  versions: readonly SignedVersion[],
): Cause => ({
  kind,
  versions: versions.map(({ reference }) => reference),
});

const reviewCause = ({ reviewBy }: Calendar): Cause => ({ kind: 'review-overdue', reviewBy });

function sinceMember(
  state: AgreementState,
  end: number,
  { completedAt }: SignedVersion,
  stops: readonly Cause[],
): { since?: string } {
  if (state === 'terminated' || state === 'expired') return { since: timeOf(end) };
  if (state === 'active') return completedAt === undefined ? {} : { since: timeOf(completedAt) };
  const starts = stops.flatMap((cause) => {
    if (cause.kind === 'suspended') return [Date.parse(cause.time)];
    return cause.kind === 'review-overdue' ? [endOf(cause.reviewBy)] : [];
  });
  return starts.length === 0 ? {} : { since: timeOf(Math.min(...starts)) };
}

function versionStanding(
  { reference, missing, agreement }: SignedVersion,
  state: VersionState,
  inForce?: SignedVersion,
): VersionStanding {
  const obstacles =
    inForce !== undefined && isOlder(inForce.reference, reference)
      ? whyNoSuccessor(inForce.agreement, agreement)
      : [];
  return { ...reference, state, missing, ...(obstacles.length > 0 && { obstacles }) };
}

function stateOfVersion(
  version: SignedVersion,
  inForce: SignedVersion,
  state: AgreementState,
  notices: readonly VerifiedNotice[],
): VersionState {
  if (version === inForce) return state;
  if (rejectionOf(version, notices) !== undefined) return 'rejected';
  return isOlder(version.reference, inForce.reference) ? 'superseded' : 'proposed';
}

const stateOfProposal = (
  version: SignedVersion,
  notices: readonly VerifiedNotice[],
): 'proposed' | 'rejected' => (rejectionOf(version, notices) === undefined ? 'proposed' : 'rejected');

const isOlder = (one: VersionReference, other: VersionReference): boolean => one.version < other.version;

function partyStanding(
  inForce: SignedVersion,
  agency: string,
  suspended: readonly Suspended[],
  terminated: readonly Terminated[],
  now: number,
): PartyStanding {
  const firm = isFirm(inForce.agreement.parties.find((party) => party.agency === agency));
  const own = ({ whole, party }: Suspended | Terminated): boolean => !whole && party === agency;
  const ended = terminated.some((one) => own(one) && Date.parse(one.effective) <= now);
  // A firm party takes part as far as the whole agreement does.
  if (!firm && !hasJoined(inForce, agency)) return { agency, firm, state: 'not-joined' };
  if (ended) return { agency, firm, state: 'ended' };
  return { agency, firm, state: suspended.some(own) ? 'suspended' : 'taking-part' };
}

function nextMember(turns: readonly number[]): { nextChangeAt?: string } {
  return turns.length === 0 ? {} : { nextChangeAt: timeOf(Math.min(...turns)) };
}

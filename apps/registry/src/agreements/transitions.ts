import type { VerifiedRecord, Standing, VersionReference, VersionStanding } from '@concordat/agreement';
import { entryId, type AgreementEvent } from '@concordat/exchange';

/** What the ledger has been told already: the type of an entry, and what makes it one of its type. */
export interface Told {
  readonly type: AgreementEvent['type'];
  readonly subject: string;
}

/** Something to tell the ledger. */
export interface Transition extends Told {
  readonly entry: AgreementEvent;
}

/** An entry without what all entries about an agreement have. */
type Bare = AgreementEvent extends infer Entry
  ? Entry extends AgreementEvent
    ? Omit<Entry, 'id' | 'occurred' | 'agreement' | 'parties' | 'trace'>
    : never
  : never;

/**
 * What is to be told of an agreement that stands as it does: everything that has come about and was not told
 * before. It makes no difference what brought it about, a notice or the clock, nor when somebody looked. The same
 * transition has the same entry id each time, so that two who look tell it once.
 *
 * @param now RFC 3339
 */
export function transitionsOf(
  standing: Standing,
  verified: VerifiedRecord,
  told: readonly Told[],
  now: string,
): Transition[] {
  const before = new Set(told.map(nameOf));
  const found = [
    ...standing.versions.flatMap((version) => ofVersion(version, standing, verified)),
    ...ofAgreement(standing, verified),
    ...ofLifted(standing, told),
  ];
  return found
    .filter(({ subject, bare }) => !before.has(nameOf({ type: bare.type, subject })))
    .map(({ reference, subject, bare }) => ({
      type: bare.type,
      subject,
      entry: {
        ...bare,
        id: entryId(bare.type, reference.id, subject),
        occurred: now,
        agreement: { id: reference.id, version: reference.version, digest: reference.digest },
        parties: partiesOf(reference, verified),
      },
    }));
}

interface Found {
  readonly reference: VersionReference;
  readonly subject: string;
  readonly bare: Bare;
}

const nameOf = ({ type, subject }: Told): string => `${type} ${subject}`;

function ofVersion(version: VersionStanding, { cited }: Standing, verified: VerifiedRecord): Found[] {
  const { digest, state, missing, obstacles } = version;
  const found: Found[] = [];
  const add = (subject: string, bare: Bare): void => void found.push({ reference: version, subject, bare });
  if (missing.length === 0 && state !== 'rejected' && obstacles === undefined) {
    add(`${digest} ${completedAt(version, verified)}`, { type: 'agreement.activated' });
  }
  if (state === 'superseded' && cited !== undefined) {
    const successor = { version: cited.version, digest: cited.digest };
    add(digest, { type: 'agreement.superseded', successor });
  }
  if (state === 'rejected') {
    const [rejection] = verified.notices
      .filter(({ notice }) => notice.kind === 'reject' && notice.agreement.digest === digest)
      .sort((one, other) => (one.digest < other.digest ? -1 : 1));
    if (rejection !== undefined) {
      add(digest, { type: 'agreement.rejected', party: rejection.notice.party, notice: rejection.digest });
    }
  }
  const refused = verified.versions.find(({ frozen }) => frozen.digest === digest)?.refused ?? [];
  for (const { party, role } of refused) {
    add(`${digest} ${party}/${role}`, { type: 'agreement.signature-void', party, role });
  }
  return found;
}

function ofAgreement(standing: Standing, verified: VerifiedRecord): Found[] {
  const { cited: reference, causes, warnings, parties, reviewBy } = standing;
  if (reference === undefined) return [];
  const found: Found[] = [];
  const add = (subject: string, bare: Bare): void => void found.push({ reference, subject, bare });
  for (const { agency, firm, state } of parties) {
    if (firm || (state !== 'taking-part' && state !== 'suspended')) continue;
    add(`${reference.digest} ${agency} ${lastSignatureOf(agency, reference, verified)}`, {
      type: 'agreement.joined',
      party: agency,
    });
  }
  for (const cause of causes) {
    if (cause.kind === 'suspended') {
      const { notice, party } = cause;
      add(notice, { type: 'agreement.suspended', cause: 'notice', notice, party });
    } else if (cause.kind === 'review-overdue') {
      add(reviewSubject(cause.reviewBy), { type: 'agreement.suspended', cause: 'review-overdue' });
    } else if (cause.kind === 'terminated') {
      const { notice, party, effective } = cause;
      add(notice, { type: 'agreement.terminated', party, notice, effective });
    } else if (cause.kind === 'term-ended') {
      add(`${reference.digest} ${cause.until}`, { type: 'agreement.expired', until: cause.until });
    }
  }
  for (const warning of warnings) {
    if (warning.kind !== 'review-due') continue;
    const { on, within } = warning;
    add(`${reviewSubject(on)} ${within}`, { type: 'agreement.review-due', reviewBy: on, days: within });
  }
  const first = agreementOf(reference, verified)?.term.reviewBy;
  if (reviewBy !== undefined && first !== undefined && reviewBy > first) {
    add(`${reference.digest} ${reviewBy}`, { type: 'agreement.reviewed', reviewBy });
  }
  return found;
}

/** Suspensions that were told and do not stand any more. What has ended is not resumed. */
function ofLifted({ cited, causes, state }: Standing, told: readonly Told[]): Found[] {
  if (cited === undefined || state === 'terminated' || state === 'expired') return [];
  const standing = new Set<string>(
    causes.flatMap((cause) => {
      if (cause.kind === 'suspended') return [cause.notice];
      return cause.kind === 'review-overdue' ? [reviewSubject(cause.reviewBy)] : [];
    }),
  );
  return told
    .filter(({ type, subject }) => type === 'agreement.suspended' && !standing.has(subject))
    .map(({ subject }) => ({
      reference: cited,
      subject,
      bare: subject.startsWith(REVIEW)
        ? { type: 'agreement.resumed' }
        : { type: 'agreement.resumed', notice: subject as VersionReference['digest'] },
    }));
}

const REVIEW = 'review ';
const reviewSubject = (day: string): string => REVIEW + day;

const agreementOf = ({ digest }: VersionReference, { versions }: VerifiedRecord) =>
  versions.find(({ frozen }) => frozen.digest === digest)?.frozen.agreement;

const partiesOf = (reference: VersionReference, verified: VerifiedRecord): string[] =>
  agreementOf(reference, verified)?.parties.map(({ agency }) => agency) ?? [];

/** When the last of those whom a version needs signed it: another time when one had to sign again. */
function completedAt({ digest }: VersionReference, { versions }: VerifiedRecord): string {
  const version = versions.find(({ frozen }) => frozen.digest === digest);
  if (version === undefined) return '';
  const firm = new Set(
    version.frozen.agreement.parties
      .filter(({ mayJoinLater }) => mayJoinLater !== true)
      .map(({ agency }) => agency),
  );
  const firsts = new Map<string, number>();
  for (const { party, role, time } of version.signatures) {
    if (!firm.has(party)) continue;
    const name = `${party}/${role}`;
    firsts.set(name, Math.min(firsts.get(name) ?? Infinity, Date.parse(time)));
  }
  return String(Math.max(...firsts.values()));
}

function lastSignatureOf(agency: string, { digest }: VersionReference, { versions }: VerifiedRecord): string {
  const signatures = versions.find(({ frozen }) => frozen.digest === digest)?.signatures ?? [];
  const times = signatures.filter(({ party }) => party === agency).map(({ time }) => Date.parse(time));
  return String(Math.max(...times));
}

import { createHash } from 'node:crypto';
import type { Digest } from '@concordat/record';

/** What every entry of the ledger has. Nothing in an entry comes from a payload. */
interface EntryBase {
  /** Unique. The same id with the same text is the same entry. */
  readonly id: string;
  /** When it happened, RFC 3339, by the clock of the app that says so. */
  readonly occurred: string;
  /** Trace identifier (32 hexadecimal digits) where tracing is on. */
  readonly trace?: string;
}

/** The agreement under which an exchange happened. */
export interface AgreementReference {
  readonly id: string;
  readonly version: number;
  readonly digest: Digest;
}

interface ExchangeEntry extends EntryBase {
  readonly receipt: string;
  readonly eventType: string;
  readonly provider: string;
  readonly recipient: string;
  readonly agreement: AgreementReference;
  /** The newer version whose narrower grants decided, although not everyone has signed it yet. */
  readonly narrowedBy?: Digest;
  readonly grant: string;
  readonly purpose: string;
  readonly powers: readonly string[];
}

export interface EventAccepted extends EntryBase {
  readonly type: 'event.accepted';
  readonly receipt: string;
  readonly eventType: string;
  readonly provider: string;
}
export interface DisclosureReleased extends ExchangeEntry {
  readonly type: 'disclosure.released';
  /** The id of the disclosed event, as its recipient sees it. */
  readonly disclosure: string;
  /** The fields of the grant that the event had, by their pointers. */
  readonly fields: readonly string[];
}
export interface DisclosureWithheld extends ExchangeEntry {
  readonly type: 'disclosure.withheld';
  /** From the closed list of withheld reasons. */
  readonly reason: string;
  /** The field of the agreement that decided, where one did. */
  readonly field?: string;
}
export interface DisclosuresDelivered extends EntryBase {
  readonly type: 'disclosures.delivered';
  readonly recipient: string;
  /** Mailbox positions handed out for the first time, both inclusive. */
  readonly first: string;
  readonly last: string;
}
export interface DisclosuresAcknowledged extends EntryBase {
  readonly type: 'disclosures.acknowledged';
  readonly recipient: string;
  /** Everything up to and including this mailbox position. */
  readonly last: string;
}
export interface AgencyRegistered extends EntryBase {
  readonly type: 'agency.registered';
  readonly agency: string;
  readonly by: string;
}
export interface KeyRegistered extends EntryBase {
  readonly type: 'key.registered';
  readonly agency: string;
  readonly use: string;
  readonly role: string;
  readonly kid: string;
  readonly validFrom: string;
  readonly validUntil?: string;
  readonly by: string;
  /** The signing key, by its thumbprint, that vouches for this one; none for an agency’s first. */
  readonly endorsedBy?: string;
  /** The operator let a legal team in again that had no key left with which to sign in. */
  readonly recovery?: true;
}
export interface KeyRevoked extends EntryBase {
  readonly type: 'key.revoked';
  readonly agency: string;
  readonly use: string;
  readonly role: string;
  readonly kid: string;
  /** RFC 3339. Since then somebody else may have had the key. */
  readonly compromisedSince?: string;
  readonly by: string;
}
export interface SchemaRegistered extends EntryBase {
  readonly type: 'schema.registered';
  readonly eventType: string;
  readonly digest: Digest;
  readonly by: string;
}
export interface TemplatePublished extends EntryBase {
  readonly type: 'template.published';
  readonly template: { readonly id: string; readonly version: number; readonly digest: Digest };
  readonly by: string;
}
/** An entry about an agreement itself concerns all of its parties. */
interface AgreementEntry extends EntryBase {
  readonly agreement: AgreementReference;
  readonly parties: readonly string[];
}
/** Somebody signed: a fact, whatever came of it. */
interface SignedEntry extends AgreementEntry {
  readonly party: string;
  readonly role: string;
  readonly kid: string;
}
export interface AgreementProposed extends AgreementEntry {
  readonly type: 'agreement.proposed';
  readonly by: string;
}
export interface AgreementSigned extends SignedEntry {
  readonly type: 'agreement.signed';
}
/** A signatory gave notice; what came of it, if anything did, is an entry of its own. */
export interface AgreementNoticeGiven extends SignedEntry {
  readonly type: 'agreement.notice-given';
  readonly kind: string;
  /** Of the notice. */
  readonly notice: Digest;
}
/** A signature that counted before does not hold any more: its key was compromised when it was made. */
export interface AgreementSignatureVoid extends AgreementEntry {
  readonly type: 'agreement.signature-void';
  readonly party: string;
  readonly role: string;
}
/** Everyone has signed who must; the version is in force from now on, within its term. */
export interface AgreementActivated extends AgreementEntry {
  readonly type: 'agreement.activated';
}
/** A party that might join later has signed. */
export interface AgreementJoined extends AgreementEntry {
  readonly type: 'agreement.joined';
  readonly party: string;
}
/** Nothing is released: a signatory wants it so, or the day of review has passed. */
export interface AgreementSuspended extends AgreementEntry {
  readonly type: 'agreement.suspended';
  readonly cause: 'notice' | 'review-overdue';
  readonly notice?: Digest;
  readonly party?: string;
}
/** Everyone who must has lifted a suspension. */
export interface AgreementResumed extends AgreementEntry {
  readonly type: 'agreement.resumed';
  /** The suspension that is lifted; without it, an overdue review that has been made. */
  readonly notice?: Digest;
}
/** A party's notice ends the agreement; if the party had joined later, its own part in it. */
export interface AgreementTerminated extends AgreementEntry {
  readonly type: 'agreement.terminated';
  readonly party: string;
  readonly notice: Digest;
  /** When it takes effect, RFC 3339; what a party announced is told at once. */
  readonly effective: string;
}
/** A signatory will not have this version: it never comes into force. */
export interface AgreementRejected extends AgreementEntry {
  readonly type: 'agreement.rejected';
  readonly party: string;
  readonly notice: Digest;
}
/** Everyone who must has reviewed the agreement. */
export interface AgreementReviewed extends AgreementEntry {
  readonly type: 'agreement.reviewed';
  /** The new day of review, `yyyy-MM-dd`. */
  readonly reviewBy: string;
}
/** The review is due within so many days. */
export interface AgreementReviewDue extends AgreementEntry {
  readonly type: 'agreement.review-due';
  readonly reviewBy: string;
  readonly days: 90 | 30 | 7;
}
/** A newer version has taken this one's place. */
export interface AgreementSuperseded extends AgreementEntry {
  readonly type: 'agreement.superseded';
  readonly successor: { readonly version: number; readonly digest: Digest };
}
/** The last day of the term has passed. */
export interface AgreementExpired extends AgreementEntry {
  readonly type: 'agreement.expired';
  /** That day, `yyyy-MM-dd`. */
  readonly until: string;
}
/** Another entry came under an id that was taken. The ledger keeps the first, and the digest of this one. */
export interface EntryConflict extends EntryBase {
  readonly type: 'conflict';
  /** The id that both had. */
  readonly of: string;
  /** Of the entry that was not taken. */
  readonly digest: Digest;
  /** The agencies that the entry that was not taken is about. */
  readonly parties: readonly string[];
}

/** What is told of the life of an agreement. */
export type AgreementEvent =
  | AgreementProposed
  | AgreementSigned
  | AgreementNoticeGiven
  | AgreementSignatureVoid
  | AgreementActivated
  | AgreementJoined
  | AgreementSuspended
  | AgreementResumed
  | AgreementTerminated
  | AgreementRejected
  | AgreementReviewed
  | AgreementReviewDue
  | AgreementSuperseded
  | AgreementExpired;

/** What an app tells the ledger. */
export type AuditEntry =
  | EventAccepted
  | DisclosureReleased
  | DisclosureWithheld
  | DisclosuresDelivered
  | DisclosuresAcknowledged
  | AgencyRegistered
  | KeyRegistered
  | KeyRevoked
  | SchemaRegistered
  | TemplatePublished
  | AgreementEvent
  | EntryConflict;

/** One leaf of the ledger's tree: an entry, and when the ledger sequenced it, RFC 3339, by its own clock. */
export type RecordedEntry = AuditEntry & { readonly recorded: string };

/** An item of a block of `audit`: an entry, and the trace that it belongs to, which stays outside of it. */
export interface AuditItem {
  readonly entry: AuditEntry;
  /** W3C trace context. */
  readonly traceparent?: string;
}

/** An entry's id from what makes it unique, so that the same fact told twice is one entry. */
export const entryId = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 27);

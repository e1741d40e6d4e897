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
  readonly by: string;
}
export interface SchemaRegistered extends EntryBase {
  readonly type: 'schema.registered';
  readonly eventType: string;
  readonly digest: Digest;
  readonly by: string;
}
/** An entry about an agreement itself concerns all of its parties. */
interface AgreementEntry extends EntryBase {
  readonly agreement: AgreementReference;
  readonly parties: readonly string[];
}
export interface AgreementProposed extends AgreementEntry {
  readonly type: 'agreement.proposed';
  readonly by: string;
}
export interface AgreementSigned extends AgreementEntry {
  readonly type: 'agreement.signed';
  readonly party: string;
  readonly role: string;
  readonly kid: string;
}
export interface AgreementActivated extends AgreementEntry {
  readonly type: 'agreement.activated';
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

/** What an app tells the ledger. */
export type AuditEntry =
  | EventAccepted
  | DisclosureReleased
  | DisclosureWithheld
  | DisclosuresDelivered
  | DisclosuresAcknowledged
  | AgencyRegistered
  | KeyRegistered
  | SchemaRegistered
  | AgreementProposed
  | AgreementSigned
  | AgreementActivated
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

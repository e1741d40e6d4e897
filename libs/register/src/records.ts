import { createHash } from 'node:crypto';
import type { AgreementState, DetachedSignature, EndorsedKey } from '@concordat/agreement';
import { isRecord } from './record-schema.js';
import { parseStrict, type Digest, type JsonObject } from '@concordat/record';

/** An organisation that takes part, and the CloudEvents sources that are its own. */
export interface Agency {
  readonly id: string;
  readonly name: string;
  /** An event's source must be one of these, or one of these followed by `/` or `:` and more. */
  readonly sources: readonly string[];
  /** An oversight body: its overseers read the metadata of every exchange. */
  readonly oversight: boolean;
}

/** The JSON Schema of an event type, named by the digest of its canonical bytes. */
export interface EventSchema {
  readonly type: string;
  readonly digest: Digest;
  /** The agency that publishes events of this type. */
  readonly owner: string;
  readonly schema: JsonObject;
}

/** An agreement as proposed and the signatures that it has. */
export interface AgreementRecord {
  /** Canonical text (RFC 8785). */
  readonly text: string;
  readonly signatures: readonly DetachedSignature[];
}

/** A notice about an agreement, and the signature of the signatory whom it names. */
export interface NoticeRecord {
  /** Canonical text (RFC 8785). */
  readonly text: string;
  readonly signature: DetachedSignature;
}

/** An enforcer's word of what it applies, after it has verified every signature and notice for itself. */
export interface EnforcedAgreement {
  readonly id: string;
  /** The version that its disclosures name. */
  readonly version: number;
  readonly digest: Digest;
  readonly state: AgreementState;
  /** The version whose narrower grants it applies already, though not everyone has signed it. */
  readonly narrowedBy?: Digest;
  /** The notices that it knows and has verified, sorted. */
  readonly notices: readonly Digest[];
  /** RFC 3339: when it began to apply this. */
  readonly at: string;
  /** Which enforcer says so: a name that each process makes up when it starts. */
  readonly enforcer: string;
}

/** A record of the topic `agreements`. */
export type RegisterRecord =
  | ({ readonly kind: 'agency' } & Agency)
  | ({ readonly kind: 'key' } & EndorsedKey)
  | ({ readonly kind: 'schema' } & EventSchema)
  | ({ readonly kind: 'agreement'; readonly id: string; readonly version: number } & AgreementRecord)
  | ({
      readonly kind: 'notice';
      /** The agreement's id. */
      readonly id: string;
      /** Of the notice's canonical text. */
      readonly digest: Digest;
    } & NoticeRecord)
  | ({ readonly kind: 'enforced' } & EnforcedAgreement)
  | { readonly kind: 'heartbeat'; readonly at: string };

/**
 * The key under which the compacted topic keeps a record. What must never be forgotten has its content in its key:
 * another record about the same thing then stands beside it, and displaces nothing.
 */
export function registerKey(record: RegisterRecord): string {
  const place = placeOf(record);
  return LASTING.has(record.kind) ? `${place}/${contentOf(record)}` : place;
}

const LASTING: ReadonlySet<RegisterRecord['kind']> = new Set(['key', 'schema', 'agreement', 'notice']);

const contentOf = (record: RegisterRecord): string =>
  createHash('sha256').update(JSON.stringify(record)).digest('base64url');

function placeOf(record: RegisterRecord): string {
  switch (record.kind) {
    case 'agency':
      return `agency/${record.id}`;
    case 'key':
      return `key/${record.kid}`;
    case 'schema':
      return `schema/${record.type}/${record.digest}`;
    case 'agreement':
      return `agreement/${record.id}/${record.version}`;
    case 'notice':
      return `notice/${record.id}/${record.digest}`;
    case 'enforced':
      return `enforced/${record.id}`;
    case 'heartbeat':
      return 'heartbeat';
  }
}

export const encodeRegisterRecord = (record: RegisterRecord): { key: string; value: Buffer } => ({
  key: registerKey(record),
  value: Buffer.from(JSON.stringify(record)),
});

/** @throws BrokerError when the bytes are not strict JSON; TypeError when they are no record */
export function decodeRegisterRecord(value: Buffer): RegisterRecord {
  const record = parseStrict(value);
  if (!isRecord(record)) throw new TypeError('It has not the form of a record of the register');
  return record as unknown as RegisterRecord;
}

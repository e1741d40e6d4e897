import type { DetachedSignature, RegisteredKey } from '@concordat/agreement';
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

/** An enforcer's word that it has verified every signature of an agreement and applies it within its term. */
export interface EnforcedAgreement {
  readonly id: string;
  readonly version: number;
  readonly digest: Digest;
}

/** A record of the topic `agreements`. */
export type RegisterRecord =
  | ({ readonly kind: 'agency' } & Agency)
  | ({ readonly kind: 'key' } & RegisteredKey)
  | ({ readonly kind: 'schema' } & EventSchema)
  | ({ readonly kind: 'agreement'; readonly id: string; readonly version: number } & AgreementRecord)
  | ({ readonly kind: 'enforced' } & EnforcedAgreement)
  | { readonly kind: 'heartbeat'; readonly at: string };

/** The key under which the compacted topic keeps the newest state of what a record is about. */
export function registerKey(record: RegisterRecord): string {
  switch (record.kind) {
    case 'agency':
      return `agency/${record.id}`;
    case 'key':
      return `key/${record.kid}`;
    case 'schema':
      return `schema/${record.type}/${record.digest}`;
    case 'agreement':
      return `agreement/${record.id}/${record.version}`;
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

/** @throws BrokerError when the bytes are not strict JSON */
export const decodeRegisterRecord = (value: Buffer): RegisterRecord =>
  parseStrict(value) as unknown as RegisterRecord;

import type { Agreement, DetachedSignature } from '@concordat/agreement';
import type { Digest, JsonObject } from '@concordat/record';

/** A public key that an agency registers. */
export interface NewKey {
  readonly jwk: object;
  readonly use: string;
  readonly role: string;
  /** RFC 3339. */
  readonly validFrom?: string;
  readonly validUntil?: string;
}

/** An event type's schema, as the register keeps it. */
export interface EventSchema {
  readonly type: string;
  readonly digest: Digest;
  readonly owner: string;
  readonly schema: JsonObject;
}

/** One version of an agreement, as the broker shows it. */
export interface AgreementView {
  readonly id: string;
  readonly version: number;
  readonly digest: Digest;
  readonly state: string;
  readonly proposedBy: string;
  readonly agreement: Agreement;
  readonly signatures: readonly (DetachedSignature & { readonly party: string; readonly role: string })[];
  /** Signatories who have not signed yet, as `party/role`. */
  readonly missing: readonly string[];
}

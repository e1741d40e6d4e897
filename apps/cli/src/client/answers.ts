import type { Agreement, DetachedSignature, Standing, VersionState } from '@concordat/agreement';
import type { Digest, JsonObject } from '@concordat/record';

/** A public key that an agency registers. */
export interface NewKey {
  readonly jwk: object;
  readonly use: string;
  readonly role: string;
  /** RFC 3339. */
  readonly validFrom?: string;
  readonly validUntil?: string;
  /** The word of a signing key that the agency has already. */
  readonly endorsement?: DetachedSignature;
}

/** An event type's schema, as the register keeps it. */
export interface EventSchema {
  readonly type: string;
  readonly digest: Digest;
  readonly owner: string;
  readonly schema: JsonObject;
}

/** One version of an agreement in a list. */
export interface AgreementSummary {
  readonly id: string;
  readonly version: number;
  readonly digest: Digest;
  readonly title: string;
  readonly state: VersionState;
  readonly parties: readonly string[];
  readonly proposedBy: string;
  /** RFC 3339. */
  readonly proposed: string;
  /** Signatories without whom it is not in force and who have not signed, as `party/role`. */
  readonly missing: readonly string[];
  /** Whether an enforcer has verified for itself that this version is in force, and applies it. */
  readonly enforced: boolean;
}

/** One version of an agreement, as the broker shows it. */
export interface AgreementView extends AgreementSummary {
  readonly agreement: Agreement;
  readonly signatures: readonly (DetachedSignature & {
    readonly party: string;
    readonly role: string;
    /** RFC 3339, by the broker's clock. */
    readonly received: string;
  })[];
  /** Signatures that do not hold any more, and why. */
  readonly refused: readonly { readonly signatory?: string; readonly why: string }[];
  readonly standing: Standing;
}

/** An agreement with all of its versions. */
export interface AgreementOverview {
  readonly standing: Standing;
  readonly versions: readonly AgreementSummary[];
}

/** A page of a list; `next` is where the following one begins, as long as there is `more`. */
export type Page<T, N extends string> = Readonly<Record<N, readonly T[]>> & {
  readonly next: string;
  readonly more: boolean;
};

/** One version of a template in a list. */
export interface TemplateSummary {
  readonly id: string;
  readonly version: number;
  readonly digest: Digest;
  readonly title: string;
}

import type { Finding } from '@concordat/problem';
import type { Digest } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import type { FrozenAgreement } from '../document/document.js';
import type { Notice, VersionReference } from './notice.js';

/** A signatory whose signature holds, and the time that the signature states. */
export interface SignedBy {
  readonly party: string;
  readonly role: string;
  /** RFC 3339, UTC. */
  readonly time: string;
}

/** A version of an agreement with the signatures that hold; made by `verifyAgreementRecord`. */
export interface VerifiedVersion {
  readonly frozen: FrozenAgreement;
  readonly signatures: readonly SignedBy[];
  /** Signatories under whose names there is a signature that does not hold. */
  readonly refused: readonly { readonly party: string; readonly role: string }[];
  /**
   * Of the signatures that do not hold, those that were genuine when they came, but whose key has lost its force
   * since. They complete nothing; a narrower version restricts by them all the same.
   */
  readonly lapsed?: readonly SignedBy[];
}

/** A notice that its signatory signed; made by `verifyAgreementRecord`. */
export interface VerifiedNotice {
  readonly notice: Notice;
  readonly digest: Digest;
}

/** Says how a newer version differs from an older one; what cannot be told is `widens`. */
export type CompareVersions = (
  before: Agreement,
  after: Agreement,
) => { readonly overall: 'none' | 'administrative' | 'narrows' | 'changes' | 'widens' };

export type AgreementState = 'proposed' | 'active' | 'suspended' | 'terminated' | 'expired' | 'rejected';
export type VersionState = AgreementState | 'superseded';

export interface VersionStanding extends VersionReference {
  readonly state: VersionState;
  /** Signatories, as `party/role`, without whom this version is not in force and who have not signed it. */
  readonly missing: readonly string[];
  /** Why it cannot take the place of the version in force, whoever signs it; absent when it can. */
  readonly obstacles?: readonly Finding[];
}

/** How an agency stands in the version that is cited. */
export interface PartyStanding {
  readonly agency: string;
  /** Whether the agreement needs this party; the others may join later. */
  readonly firm: boolean;
  /** Only grants between parties that take part release anything. */
  readonly state: 'taking-part' | 'not-joined' | 'suspended' | 'ended';
}

/** What stops an agreement, or one party's part in it. */
export type Cause =
  | {
      readonly kind: 'suspended';
      /** The notice of suspension. */
      readonly notice: Digest;
      readonly party: string;
      readonly role: string;
      readonly time: string;
      readonly because: string;
      /** Whether it stops the whole agreement, or only what the party itself gives and gets. */
      readonly whole: boolean;
      /** Signatories, as `party/role`, who have not signed that it is lifted. */
      readonly missing: readonly string[];
    }
  | { readonly kind: 'review-overdue'; /** `yyyy-MM-dd` */ readonly reviewBy: string }
  | {
      readonly kind: 'terminated';
      readonly notice: Digest;
      readonly party: string;
      readonly role: string;
      readonly because: string;
      /** RFC 3339. It may be to come. */
      readonly effective: string;
      readonly whole: boolean;
    }
  | { readonly kind: 'term-ended'; /** The last day, `yyyy-MM-dd`. */ readonly until: string }
  /** A version has a signature of everyone whom it needs, but these do not hold. */
  | {
      readonly kind: 'signatures-refused';
      readonly version: VersionReference;
      readonly signatories: readonly string[];
    }
  /** A version was both signed by everyone and rejected: nobody can say which came first. */
  | { readonly kind: 'signed-and-rejected'; readonly version: VersionReference; readonly notice: Digest }
  /** Parties have narrowed the agreement in ways of which none lies within the other. */
  | { readonly kind: 'narrowings-differ'; readonly versions: readonly VersionReference[] }
  /** Everyone has signed versions of which either could follow the same one, and neither the other. */
  | { readonly kind: 'successors-differ'; readonly versions: readonly VersionReference[] };

export interface Warning {
  readonly kind: 'review-due' | 'term-ends';
  /** The day of the review, or the last day of the term, `yyyy-MM-dd`. */
  readonly on: string;
  /** There are at most so many days until then. */
  readonly within: 90 | 30 | 7;
}

/** How an agreement stands at a moment. Plain data. */
export interface Standing {
  readonly id: string;
  readonly state: AgreementState;
  /** In force, but the first day of its term is still to come. */
  readonly scheduled: boolean;
  /** RFC 3339: since when this is its state, by the clocks of those who signed. */
  readonly since?: string;
  /** RFC 3339: the moment, as far as is known, at which it ends or has ended. */
  readonly until?: string;
  /** The version in force, which disclosures and entries name; absent when there is none. */
  readonly cited?: VersionReference;
  /** The version whose grants apply: the cited one, or a newer one that narrows it. */
  readonly applied?: VersionReference;
  /** The day by which the parties review the agreement, `yyyy-MM-dd`. */
  readonly reviewBy?: string;
  /** By number. */
  readonly versions: readonly VersionStanding[];
  /** Of the cited version, in its order. */
  readonly parties: readonly PartyStanding[];
  readonly causes: readonly Cause[];
  readonly warnings: readonly Warning[];
  /** Notices that are signed but change nothing, and why. */
  readonly withoutEffect: readonly { readonly notice: Digest; readonly why: string }[];
  /** RFC 3339: the next moment at which the clock alone may change any of this. */
  readonly nextChangeAt?: string;
}

import type { Digest } from '@concordat/record';

/** A condition on an event's data: which rows a grant covers. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly field: string; readonly is: 'at-least' | 'at-most'; readonly value: number }
  | { readonly field: string; readonly is: 'equals'; readonly value: string | number | boolean }
  | { readonly field: string; readonly is: 'one-of'; readonly value: readonly (string | number | boolean)[] }
  | { readonly field: string; readonly is: 'in-postcode-district'; readonly value: readonly string[] }
  | { readonly field: string; readonly is: 'present' };

/** How a field is given. */
export type Form =
  | 'clear'
  | 'presence'
  | { readonly generalise: 'month' | 'year' | 'postcode-district' | 'postcode-area' }
  | { readonly generalise: 'band'; readonly width: number }
  | { readonly pseudonym: string };

export interface GrantedField {
  /** A JSON Pointer into `data` (`*` for each element), or the bare name of an envelope attribute. */
  readonly field: string;
  readonly as: Form;
  readonly because: string;
}

export interface Grant {
  readonly id: string;
  readonly provider: string;
  readonly recipient: string;
  readonly event: string;
  readonly schema: Digest;
  readonly rows?: Condition;
  readonly fields: readonly GrantedField[];
}

export interface Party {
  readonly agency: string;
  readonly role: 'provider' | 'recipient';
  readonly status: 'controller' | 'joint-controller' | 'processor';
  readonly contact: string;
  readonly signatories: readonly string[];
}

/** A data-sharing agreement, `dsa/1.0`; described member by member in `schemas/agreement/1.0.json`. */
export interface Agreement {
  readonly dsa: '1.0';
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly parties: readonly Party[];
  readonly purpose: {
    readonly description: string;
    readonly benefit: string;
    readonly prohibited: readonly string[];
  };
  readonly legal: {
    readonly powers: readonly { readonly act: string; readonly section: string }[];
    readonly article6: string;
    readonly article9?: readonly string[];
    readonly dpia: { readonly reference: string; readonly completed: string };
    readonly privacyNotice: string;
  };
  /** Calendar days, `yyyy-MM-dd`, UTC; `from` and `until` are included. */
  readonly term: { readonly from: string; readonly reviewBy: string; readonly until: string };
  readonly grants: readonly Grant[];
  readonly duties: {
    readonly retention: readonly {
      readonly category: string;
      readonly period: string;
      readonly disposal: 'delete' | 'anonymise' | 'return';
    }[];
    readonly onwardSharing: string;
    readonly breach: { readonly contact: string; readonly within: string };
  };
}

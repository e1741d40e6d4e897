// eslint-disable-next-line no-restricted-imports -- reads one file that ships with the code: the document's own schema
import { readFileSync } from 'node:fs';
import { BrokerError } from '@concordat/problem';
import {
  canonicalise,
  compileSchema,
  digestOfText,
  parseStrictText,
  type Digest,
  type JsonObject,
} from '@concordat/record';
import { findContradictions } from './contradictions.js';

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

/** An agreement whose bytes are fixed: what parties sign, and what the digest names. */
export interface FrozenAgreement {
  readonly agreement: Agreement;
  /** Canonical text (RFC 8785). */
  readonly text: string;
  readonly digest: Digest;
}

/** The JSON Schema of the document, as published under `schemas/`. */
export const agreementSchema = JSON.parse(
  readFileSync(new URL('../../../schemas/agreement/1.0.json', import.meta.url), 'utf8'),
) as JsonObject;

const validate = compileSchema(agreementSchema);

/**
 * Takes a JSON value for an agreement and freezes its bytes.
 *
 * @throws BrokerError `agreement-invalid`, with what is wrong and where
 */
export function freezeAgreement(value: JsonObject): FrozenAgreement {
  const findings = validate(value);
  if (findings.length > 0) {
    throw new BrokerError('agreement-invalid', 'The agreement does not satisfy its schema', findings);
  }
  const agreement = value as unknown as Agreement;
  const contradictions = findContradictions(agreement);
  if (contradictions.length > 0) {
    throw new BrokerError('agreement-invalid', 'The agreement contradicts itself', contradictions);
  }
  const text = canonicalise(value);
  return { agreement, text, digest: digestOfText(text) };
}

/**
 * Reads an agreement that was frozen before. What was received must be the canonical text itself: other bytes
 * that mean the same are another document, which nobody signed.
 *
 * @throws BrokerError `agreement-invalid`, or a problem of strict JSON
 */
export function readFrozenAgreement(text: string): FrozenAgreement {
  const value = parseStrictText(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new BrokerError('agreement-invalid', 'The agreement is not a JSON object');
  }
  const frozen = freezeAgreement(value);
  if (frozen.text !== text)
    throw new BrokerError('agreement-invalid', 'The agreement’s bytes are not canonical');
  return frozen;
}

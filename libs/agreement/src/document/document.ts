// eslint-disable-next-line no-restricted-imports -- reads one file that ships with the code: the document's own schema
import { readFileSync } from 'node:fs';
import { BrokerError } from '@concordat/problem';
import { compileSchema, type Digest, type JsonObject } from '@concordat/record';
import { freezeBytes, readFrozen } from './frozen.js';
import type { Agreement } from './agreement.js';
import { findContradictions } from './contradictions.js';

/** An agreement whose bytes are fixed: what parties sign, and what the digest names. */
export interface FrozenAgreement {
  readonly agreement: Agreement;
  /** Canonical text (RFC 8785). */
  readonly text: string;
  readonly digest: Digest;
}

/** The JSON Schema of the document, as published under `schemas/`. */
export const agreementSchema = JSON.parse(
  readFileSync(new URL('../../../../schemas/agreement/1.0.json', import.meta.url), 'utf8'),
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
  return { agreement, ...freezeBytes(value) };
}

/**
 * Reads an agreement that was frozen before. What was received must be the canonical text itself: other bytes
 * that mean the same are another document, which nobody signed.
 *
 * @throws BrokerError `agreement-invalid`, or a problem of strict JSON
 */
export const readFrozenAgreement = (text: string): FrozenAgreement =>
  readFrozen(text, freezeAgreement, 'agreement-invalid', 'The agreement');

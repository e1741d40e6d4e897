import { BrokerError, type ProblemCode } from '@concordat/problem';
import { canonicalise, digestOfText, parseStrictText, type Digest, type JsonObject } from '@concordat/record';

/** The fixed bytes of a document: what is signed, and what the digest names. */
export interface FrozenBytes {
  /** Canonical text (RFC 8785). */
  readonly text: string;
  readonly digest: Digest;
}

/** Fixes the bytes of a document that has been found to be good. */
export function freezeBytes(value: JsonObject): FrozenBytes {
  const text = canonicalise(value);
  return { text, digest: digestOfText(text) };
}

/**
 * Reads a document that was frozen before. What was received must be the canonical text itself: other bytes that
 * mean the same are another document, which nobody signed.
 *
 * @param freeze finds the document good and fixes its bytes, or throws
 * @param what the document, as the problem's detail begins: `The agreement`
 * @throws BrokerError `code`, or a problem of strict JSON
 */
export function readFrozen<T extends FrozenBytes>(
  text: string,
  freeze: (value: JsonObject) => T,
  code: ProblemCode,
  what: string,
): T {
  const value = parseStrictText(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new BrokerError(code, `${what} is not a JSON object`);
  }
  const frozen = freeze(value);
  if (frozen.text !== text) throw new BrokerError(code, `${what}’s bytes are not canonical`);
  return frozen;
}

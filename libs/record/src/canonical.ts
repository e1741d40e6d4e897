import { createHash } from 'node:crypto';
import type { Json } from './parse.js';

/** `sha256:` and 64 hexadecimal digits. */
export type Digest = `sha256:${string}`;

/**
 * The JSON Canonicalization Scheme (RFC 8785): one text for each value. Members are sorted by their UTF-16
 * code units (§3.2.3); strings and numbers are written as ECMAScript writes them (§3.2.2).
 *
 * @throws TypeError for what has no canonical form: a lone surrogate, a number that is not finite
 */
export function canonicalise(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError('a number that is not finite');
  if (typeof value === 'string' && !value.isWellFormed()) throw new TypeError('a lone surrogate');
  // The type says that this cannot be, but a value from elsewhere may hold it, and would be written as nothing.
  if (typeof value === 'undefined') throw new TypeError('a value that is not JSON');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalise).join(',')}]`;
  const members = Object.keys(value)
    .sort(byCodeUnits)
    .map((name) => `${canonicalise(name)}:${canonicalise(value[name] as Json)}`);
  return `{${members.join(',')}}`;
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** SHA-256 of the canonical bytes: the name of a document by its content. */
export const digestOf = (value: Json): Digest => digestOfText(canonicalise(value));

/** SHA-256 of a text's UTF-8 bytes, for text that is canonical already. */
export const digestOfText = (text: string): Digest =>
  `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;

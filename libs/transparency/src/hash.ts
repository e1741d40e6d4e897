import { hash } from 'node:crypto';

/** Every hash of the tree is SHA-256, so 32 bytes. */
export const HASH_BYTES = 32;

// RFC 9162 §2.1.1: without the two prefixes, a leaf could be passed off as an inner node, and back.
const LEAF_PREFIX = Buffer.of(0x00);
const NODE_PREFIX = 0x01;

/** The hash of a leaf: SHA-256(0x00 || entry) (RFC 9162 §2.1.1). */
export const leafHash = (entry: Uint8Array): Buffer => sha256(Buffer.concat([LEAF_PREFIX, entry]));

/** The hash of an inner node: SHA-256(0x01 || left || right) (RFC 9162 §2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  input[0] = NODE_PREFIX;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return sha256(input);
}

/** The root of a tree without leaves: SHA-256 of nothing (RFC 9162 §2.1.1). A new buffer at each call. */
export const emptyRoot = (): Buffer => sha256(Buffer.alloc(0));

/** @returns the 32 bytes of SHA-256 */
export const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

/** Whether two hashes are equal, both of the right length. They are public, so time may depend on them. */
export const sameHash = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === HASH_BYTES && b.length === HASH_BYTES && Buffer.compare(a, b) === 0;

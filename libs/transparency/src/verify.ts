import { emptyRoot, HASH_BYTES, nodeHash, sameHash } from './hash.js';

/** All hashes are 32 bytes; what is not makes the proof false. */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

export interface ConsistencyClaim {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * Whether the leaf is at `index` in the tree of `size` leaves with this root (RFC 9162 §2.1.3.2). It never
 * throws: whatever is missing, left over or out of range is a proof that fails.
 */
export function verifyInclusion({ index, size, leafHash, root, proof }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (![leafHash, root, ...proof].every(isHash)) return false;

  const place: Place = { fn: index, sn: size - 1 };
  let hash = leafHash;
  for (const sibling of proof) {
    if (place.sn === 0) return false;
    hash = isRightChild(place) ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    climb(place);
  }
  return place.sn === 0 && sameHash(hash, root);
}

/**
 * Whether the tree of `to` leaves is that of `from` leaves with leaves appended (RFC 9162 §2.1.4.2). Between
 * equal sizes, and from the empty tree, the only proof is the empty one.
 */
export function verifyConsistency({ from, to, fromRoot, toRoot, proof }: ConsistencyClaim): boolean {
  if (!isCount(from) || !isCount(to) || from > to) return false;
  if (![fromRoot, toRoot, ...proof].every(isHash)) return false;
  if (from === to)
    return proof.length === 0 && sameHash(fromRoot, toRoot) && (from > 0 || isEmptyRoot(fromRoot));
  if (from === 0) return proof.length === 0 && isEmptyRoot(fromRoot);
  if (proof.length === 0) return false;

  // Step 1: a whole first tree is itself a node of the second, so the prover leaves it out.
  const [start, ...path] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  const place: Place = { fn: from - 1, sn: to - 1 };
  while (isOdd(place.fn)) shift(place);

  let first = start as Uint8Array;
  let second = first;
  for (const sibling of path) {
    if (place.sn === 0) return false;
    if (isRightChild(place)) {
      first = nodeHash(sibling, first);
      second = nodeHash(sibling, second);
    } else {
      second = nodeHash(second, sibling);
    }
    climb(place);
  }
  return place.sn === 0 && sameHash(first, fromRoot) && sameHash(second, toRoot);
}

/** The RFC's `fn` and `sn`: the node's index and that of the last node, both at the level reached. */
interface Place {
  fn: number;
  sn: number;
}

/** The last node of a level with an odd number of nodes has no sibling there, so its next one is on its left. */
const isRightChild = ({ fn, sn }: Place): boolean => isOdd(fn) || fn === sn;

function climb(place: Place): void {
  if (isRightChild(place)) while (!isOdd(place.fn) && place.fn !== 0) shift(place);
  shift(place);
}

/** Sizes go up to 2^53, where bitwise operators do not reach. */
function shift(place: Place): void {
  place.fn = Math.floor(place.fn / 2);
  place.sn = Math.floor(place.sn / 2);
}

const isOdd = (n: number): boolean => n % 2 === 1;
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isHash = (hash: Uint8Array): boolean => hash.length === HASH_BYTES;
const isEmptyRoot = (root: Uint8Array): boolean => sameHash(root, emptyRoot());

function isPowerOfTwo(n: number): boolean {
  let rest = n;
  while (rest % 2 === 0) rest /= 2;
  return rest === 1;
}

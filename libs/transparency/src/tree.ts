import { emptyRoot, HASH_BYTES, nodeHash } from './hash.js';

/**
 * The place of a complete subtree: `level` 0 is the leaves, and the node covers the leaves from
 * `index · 2^level` up to, but without, `(index + 1) · 2^level`. A complete subtree never changes again,
 * whatever is appended: it is all that needs storing.
 */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}

export interface TreeNode extends NodeId {
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** Gives the stored hashes of complete subtrees, in the order asked. It is called once, and not for none. */
export type ReadNodes = (ids: readonly NodeId[]) => Promise<readonly Uint8Array[]>;

export interface Append {
  /** The subtrees that the append completes, leaves included: each is stored once and never changed. */
  readonly nodes: readonly TreeNode[];
  /** Leaves after the append. */
  readonly size: number;
  /** The root after the append; 32 bytes. */
  readonly root: Uint8Array;
}

/**
 * What an append of leaves to a tree writes. It reads at most 53 nodes, however large the tree is.
 *
 * @param size leaves before the append
 * @param leafHashes from `leafHash`, in order; may be empty
 * @throws RangeError for a size that is not a count, or a hash that is not 32 bytes
 */
export async function appendLeaves(
  size: number,
  leafHashes: readonly Uint8Array[],
  readNodes: ReadNodes,
): Promise<Append> {
  requireSize(size + leafHashes.length);
  const peaks = await readPeaks(size, readNodes);
  const nodes: TreeNode[] = [];
  leafHashes.forEach((hash, at) => {
    requireHash(hash);
    addLeaf(peaks, nodes, { level: 0, index: size + at, hash });
  });
  return { nodes, size: size + leafHashes.length, root: foldPeaks(peaks.map((peak) => peak.hash)) };
}

/**
 * The root of the tree as it was at `size` leaves, from the subtrees stored then or later.
 *
 * @throws RangeError for a size that is not a count
 */
export async function rootOf(size: number, readNodes: ReadNodes): Promise<Uint8Array> {
  const peaks = await readPeaks(size, readNodes);
  return foldPeaks(peaks.map((peak) => peak.hash));
}

/** The fewest complete subtrees that cover a tree of `size` leaves, from left to right, largest first. */
export const peaksOf = (size: number): NodeId[] => coverOf(0, size);

/**
 * The fewest complete subtrees that cover the leaves from `begin` up to, but without, `end`. The range must
 * be one that RFC 9162 §2.1.1 splits a tree into: that is what makes `begin` a multiple of each width.
 */
export function coverOf(begin: number, end: number): NodeId[] {
  requireSize(begin);
  requireSize(end);
  const cover: NodeId[] = [];
  for (let at = begin; at < end;) {
    const level = floorLog2(end - at);
    const width = 2 ** level;
    cover.push({ level, index: at / width });
    at += width;
  }
  return cover;
}

/** The root over subtrees that shrink from left to right. None make the empty root. */
export function foldPeaks(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return emptyRoot();
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** Reads nodes and checks that the storage gave what was asked, so that no root is made of less. */
export async function readAll(ids: readonly NodeId[], readNodes: ReadNodes): Promise<readonly Uint8Array[]> {
  if (ids.length === 0) return [];
  const hashes = await readNodes(ids);
  if (hashes.length !== ids.length) throw new RangeError(`${ids.length} nodes asked, ${hashes.length} read`);
  hashes.forEach(requireHash);
  return hashes;
}

/** @throws RangeError unless `size` is a whole number from 0 to 2^53 - 1 */
export function requireSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0)
    throw new RangeError('a tree size is a whole number, 0 or more');
}

/** The largest power of two that is smaller than `n`; `n` is 2 or more (RFC 9162 §2.1.1, "k"). */
export const splitOf = (n: number): number => 2 ** floorLog2(n - 1);

async function readPeaks(size: number, readNodes: ReadNodes): Promise<TreeNode[]> {
  const ids = peaksOf(size);
  const hashes = await readAll(ids, readNodes);
  return ids.map((id, at) => ({ ...id, hash: hashes[at] as Uint8Array }));
}

/** Like adding one to a binary number: a new leaf carries as long as the last peak is as high as it. */
function addLeaf(peaks: TreeNode[], nodes: TreeNode[], leaf: TreeNode): void {
  let node = leaf;
  nodes.push(node);
  for (let last = peaks.at(-1); last?.level === node.level; last = peaks.at(-1)) {
    peaks.pop();
    node = { level: node.level + 1, index: last.index / 2, hash: nodeHash(last.hash, node.hash) };
    nodes.push(node);
  }
  peaks.push(node);
}

function requireHash(hash: Uint8Array | undefined): void {
  if (hash?.length !== HASH_BYTES) throw new RangeError(`a hash is ${HASH_BYTES} bytes`);
}

/** Math.log2 rounds near powers of two above 2^48; bitwise operators stop at 2^32. */
function floorLog2(n: number): number {
  let level = 0;
  for (let width = 2; width <= n; width *= 2) level += 1;
  return level;
}

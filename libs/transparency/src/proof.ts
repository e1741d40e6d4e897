import { coverOf, foldPeaks, readAll, requireSize, splitOf, type NodeId, type ReadNodes } from './tree.js';

/**
 * What a proof is made of: one item for each hash of the proof, in its order. An item lists the stored
 * subtrees that the hash is folded from; there is more than one where the tree is ragged on its right.
 */
export type ProofPlan = readonly (readonly NodeId[])[];

/**
 * Which nodes prove that the leaf at `index` is in the tree of `size` leaves (RFC 9162 §2.1.3.1).
 *
 * @throws RangeError unless 0 ≤ index < size
 */
export function planInclusion(index: number, size: number): ProofPlan {
  requireSize(index);
  requireSize(size);
  if (index >= size) throw new RangeError('the leaf is not in a tree of this size');
  return pathTo(index, 0, size);
}

/**
 * Which nodes prove that the tree of `to` leaves only appended to that of `from` leaves
 * (RFC 9162 §2.1.4.1). Nothing needs proving from 0, or when the sizes are equal.
 *
 * @throws RangeError unless 0 ≤ from ≤ to
 */
export function planConsistency(from: number, to: number): ProofPlan {
  requireSize(from);
  requireSize(to);
  if (from > to) throw new RangeError('a tree never shrinks');
  if (from === 0) return [];
  return subProof(from, 0, to, true);
}

/**
 * The inclusion proof of a leaf in the tree as it was at `size` leaves; `readNodes` may know a larger one.
 *
 * @throws RangeError unless 0 ≤ index < size, or when the storage gives too little
 */
export const proveInclusion = (index: number, size: number, readNodes: ReadNodes): Promise<Uint8Array[]> =>
  assemble(planInclusion(index, size), readNodes);

/**
 * The consistency proof between two sizes of one log.
 *
 * @throws RangeError unless 0 ≤ from ≤ to, or when the storage gives too little
 */
export const proveConsistency = (from: number, to: number, readNodes: ReadNodes): Promise<Uint8Array[]> =>
  assemble(planConsistency(from, to), readNodes);

/** Reads the nodes of a plan, all at once, and folds them into the hashes of the proof. */
export async function assemble(plan: ProofPlan, readNodes: ReadNodes): Promise<Uint8Array[]> {
  const hashes = await readAll(plan.flat(), readNodes);
  let at = 0;
  return plan.map((item) => foldPeaks(hashes.slice(at, (at += item.length))));
}

/** RFC 9162 §2.1.3.1, PATH, over the leaves from `begin` up to, but without, `end`. */
function pathTo(index: number, begin: number, end: number): ProofPlan {
  if (end - begin === 1) return [];
  const split = begin + splitOf(end - begin);
  if (index < split) return [...pathTo(index, begin, split), coverOf(split, end)];
  return [...pathTo(index, split, end), coverOf(begin, split)];
}

/** RFC 9162 §2.1.4.1, SUBPROOF; `whole` is its `b`: the verifier knows the root of these leaves already. */
function subProof(from: number, begin: number, end: number, whole: boolean): ProofPlan {
  if (from === end) return whole ? [] : [coverOf(begin, end)];
  const split = begin + splitOf(end - begin);
  if (from <= split) return [...subProof(from, begin, split, whole), coverOf(split, end)];
  return [...subProof(from, split, end, false), coverOf(begin, split)];
}

import { emptyRoot, leafHash, nodeHash } from './hash.js';
import { appendLeaves, type NodeId, type ReadNodes } from './tree.js';

/** RFC 9162 §2.1.1, word for word and without storage: what the real algorithms are held against. */
export function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return emptyRoot();
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const k = naiveSplit(leaves.length);
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

/** RFC 9162 §2.1.3.1. */
export function naiveInclusion(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = naiveSplit(leaves.length);
  if (index < k) return [...naiveInclusion(index, leaves.slice(0, k)), naiveRoot(leaves.slice(k))];
  return [...naiveInclusion(index - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}

/** RFC 9162 §2.1.4.1. */
export function naiveConsistency(from: number, leaves: readonly Uint8Array[], whole = true): Uint8Array[] {
  if (from === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const k = naiveSplit(leaves.length);
  if (from <= k) return [...naiveConsistency(from, leaves.slice(0, k), whole), naiveRoot(leaves.slice(k))];
  return [...naiveConsistency(from - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

function naiveSplit(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** A tree in memory that refuses to store a node twice or to give one that it has not. */
export class StoredTree {
  readonly #nodes = new Map<string, Uint8Array>();
  size = 0;
  reads = 0;

  readonly read: ReadNodes = (ids) => {
    this.reads += ids.length;
    return Promise.resolve(
      ids.map((id) => this.#nodes.get(keyOf(id)) ?? fail(`node ${keyOf(id)} is not stored`)),
    );
  };

  async append(leaves: readonly Uint8Array[]): Promise<Uint8Array> {
    const { nodes, size, root } = await appendLeaves(this.size, leaves, this.read);
    for (const node of nodes) {
      if (this.#nodes.has(keyOf(node))) fail(`node ${keyOf(node)} is stored twice`);
      this.#nodes.set(keyOf(node), node.hash);
    }
    this.size = size;
    return root;
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }
}

export const someLeaves = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, at) => leafHash(Buffer.from(`entry ${at}`)));

const keyOf = ({ level, index }: NodeId): string => `${level}/${index}`;

function fail(why: string): never {
  throw new Error(why);
}

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { nodeHash } from './hash.js';
import { naiveConsistency, naiveInclusion, naiveRoot, someLeaves, StoredTree } from './naive-tree.js';
import { planConsistency, planInclusion, proveConsistency, proveInclusion } from './proof.js';
import { verifyConsistency, verifyInclusion, type ConsistencyClaim, type InclusionClaim } from './verify.js';

const SIZE = 130;
const leaves = someLeaves(SIZE);
const roots = Array.from({ length: SIZE + 1 }, (_, size) => naiveRoot(leaves.slice(0, size)));
const tree = new StoredTree();
beforeAll(async () => {
  await tree.append(leaves);
});

async function inclusion(index: number, size: number): Promise<InclusionClaim> {
  const proof = await proveInclusion(index, size, tree.read);
  return { index, size, leafHash: leaves[index]!, root: roots[size]!, proof };
}

async function consistency(from: number, to: number): Promise<ConsistencyClaim> {
  const proof = await proveConsistency(from, to, tree.read);
  return { from, to, fromRoot: roots[from]!, toRoot: roots[to]!, proof };
}

/** Any (low, high) with low below high, both within the tree. */
const pair = fc
  .integer({ min: 1, max: SIZE })
  .chain((high) => fc.tuple(fc.integer({ min: 0, max: high - 1 }), fc.constant(high)));

const buffers = (hashes: readonly Uint8Array[]): Buffer[] => hashes.map((hash) => Buffer.from(hash));

function flip(hash: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(hash);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

/** Every way to spoil a list of hashes that leaves it a list of hashes. */
function spoiltLists(proof: readonly Uint8Array[], bit: number): Uint8Array[][] {
  const extra = flip(leaves[0]!, 0);
  return [
    [...proof, extra],
    [extra, ...proof],
    ...proof.map((_, at) => proof.toSpliced(at, 1)),
    ...proof.map((hash, at) => proof.toSpliced(at, 1, flip(hash, bit))),
    ...proof.map((hash, at) => proof.toSpliced(at, 1, hash.subarray(0, 31))),
    ...proof.map((hash, at) => proof.toSpliced(at, 0, hash)),
    ...proof.slice(1).map((hash, at) => proof.toSpliced(at, 2, hash, proof[at]!)),
  ];
}

describe('an inclusion proof', () => {
  it('verifies for every leaf of every size, and is the RFC’s', async () => {
    for (let size = 1; size <= SIZE; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const claim = await inclusion(index, size);
        if (size % 13 === 0)
          expect(buffers(claim.proof)).toEqual(buffers(naiveInclusion(index, leaves.slice(0, size))));
        if (!verifyInclusion(claim)) expect.fail(`leaf ${index} of ${size}`);
      }
    }
  });

  it('fails when anything in it is changed', async () => {
    const bits = fc.integer({ min: 0, max: 255 });
    await fc.assert(
      fc.asyncProperty(pair, bits, async ([index, size], bit) => {
        const claim = await inclusion(index, size);
        const spoilt: InclusionClaim[] = [
          { ...claim, leafHash: flip(claim.leafHash, bit) },
          { ...claim, root: flip(claim.root, bit) },
          ...spoiltLists(claim.proof, bit).map((proof) => ({ ...claim, proof })),
        ];
        for (const wrong of spoilt) expect(verifyInclusion(wrong)).toBe(false);
      }),
    );
  });

  it('fails for any other index, and for any other tree', async () => {
    await fc.assert(
      fc.asyncProperty(pair, async ([index, size]) => {
        const claim = await inclusion(index, size);
        for (let other = 0; other <= SIZE; other += 1) {
          if (other !== index && verifyInclusion({ ...claim, index: other })) expect.fail(`index ${other}`);
          if (other !== size && verifyInclusion({ ...claim, root: roots[other]! }))
            expect.fail(`root ${other}`);
        }
      }),
    );
  });

  it('fails for any other size and that size’s root', async () => {
    await fc.assert(
      fc.asyncProperty(pair, async ([index, size]) => {
        const claim = await inclusion(index, size);
        for (let other = 0; other <= SIZE; other += 1) {
          if (other === size) continue;
          expect(verifyInclusion({ ...claim, size: other, root: roots[other]! })).toBe(false);
        }
      }),
    );
  });

  it('fails when it is longer or shorter than the tree is high, though its root fits', async () => {
    const [leaf, other] = leaves as [Buffer, Buffer];
    const root = nodeHash(other, leaf);
    expect(verifyInclusion({ index: 0, size: 1, leafHash: leaf, root, proof: [other] })).toBe(false);
    const claim = await inclusion(3, 4);
    const longer = { ...claim, root: nodeHash(other, claim.root), proof: [...claim.proof, other] };
    expect(verifyInclusion(longer)).toBe(false);
    expect(verifyInclusion({ ...claim, size: 8 })).toBe(false);
  });

  it('fails for numbers that are not counts', async () => {
    const claim = await inclusion(0, 1);
    for (const wrong of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
      expect(verifyInclusion({ ...claim, index: wrong })).toBe(false);
      expect(verifyInclusion({ ...claim, size: wrong })).toBe(false);
    }
    expect(() => planInclusion(3, 3)).toThrow(RangeError);
    expect(() => planInclusion(-1, 3)).toThrow(RangeError);
  });

  it('is at most as long as the tree is high', () => {
    expect(planInclusion(2 ** 52, 2 ** 53 - 1).length).toBe(53);
    expect(planInclusion(0, 2 ** 20)).toHaveLength(20);
  });
});

describe('a consistency proof', () => {
  it('verifies between every two sizes, and is the RFC’s', async () => {
    for (let to = 0; to <= SIZE; to += 1) {
      for (let from = 0; from <= to; from += 1) {
        const claim = await consistency(from, to);
        if (from > 0 && to % 13 === 0) {
          expect(buffers(claim.proof)).toEqual(buffers(naiveConsistency(from, leaves.slice(0, to))));
        }
        if (!verifyConsistency(claim)) expect.fail(`${from} to ${to}`);
      }
    }
  });

  it('fails when anything in it is changed', async () => {
    const bits = fc.integer({ min: 0, max: 255 });
    await fc.assert(
      fc.asyncProperty(pair, bits, async ([from, to], bit) => {
        const claim = await consistency(from, to);
        expect(verifyConsistency({ ...claim, fromRoot: flip(claim.fromRoot, bit) })).toBe(false);
        // From the empty tree to any other there is nothing to prove, so no root to be wrong.
        if (from > 0) expect(verifyConsistency({ ...claim, toRoot: flip(claim.toRoot, bit) })).toBe(false);
        for (const proof of spoiltLists(claim.proof, bit))
          expect(verifyConsistency({ ...claim, proof })).toBe(false);
      }),
    );
  });

  it('fails for any other size and that size’s root', async () => {
    await fc.assert(
      fc.asyncProperty(pair, async ([from, to]) => {
        fc.pre(from > 0);
        const claim = await consistency(from, to);
        for (let other = 0; other <= SIZE; other += 1) {
          if (other !== from)
            expect(verifyConsistency({ ...claim, from: other, fromRoot: roots[other]! })).toBe(false);
          if (other !== to)
            expect(verifyConsistency({ ...claim, to: other, toRoot: roots[other]! })).toBe(false);
        }
      }),
    );
  });

  it('fails when it is longer or shorter than the tree is high, though its roots fit', async () => {
    const claim = await consistency(3, 4);
    const extra = leaves[9]!;
    const longer = {
      ...claim,
      fromRoot: nodeHash(extra, claim.fromRoot),
      toRoot: nodeHash(extra, claim.toRoot),
      proof: [...claim.proof, extra],
    };
    expect(verifyConsistency(claim)).toBe(true);
    expect(verifyConsistency(longer)).toBe(false);
    expect(verifyConsistency({ ...claim, to: 8 })).toBe(false);
  });

  it('catches a log that rewrote an entry', async () => {
    const forged = new StoredTree();
    await forged.append(leaves.with(17, flip(leaves[17]!, 0)));
    for (const from of [18, 32, 64, 100, 128]) {
      const proof = await proveConsistency(from, SIZE, forged.read);
      const toRoot = await forged.append([]);
      expect(verifyConsistency({ from, to: SIZE, fromRoot: roots[from]!, toRoot, proof })).toBe(false);
    }
  });

  it('fails for sizes that shrink or are not counts', async () => {
    const claim = await consistency(1, 2);
    for (const wrong of [-1, 0.5, NaN, 3, 2 ** 53])
      expect(verifyConsistency({ ...claim, from: wrong })).toBe(false);
    for (const wrong of [-1, 0, 1.5, NaN, Infinity])
      expect(verifyConsistency({ ...claim, to: wrong })).toBe(false);
    expect(
      verifyConsistency({ ...claim, from: 0, to: 0, fromRoot: roots[1]!, toRoot: roots[1]!, proof: [] }),
    ).toBe(false);
    expect(() => planConsistency(3, 2)).toThrow(RangeError);
  });
});

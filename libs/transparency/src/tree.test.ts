import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveRoot, someLeaves, StoredTree } from './naive-tree.js';
import { appendLeaves, coverOf, peaksOf, rootOf, splitOf } from './tree.js';

describe('appendLeaves', () => {
  it('stores each complete subtree once, whatever the batches', async () => {
    const batches = fc.array(fc.nat({ max: 40 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(batches, async (sizes) => {
        const leaves = someLeaves(sizes.reduce((sum, size) => sum + size, 0));
        const tree = new StoredTree();
        let at = 0;
        for (const size of sizes) {
          const root = await tree.append(leaves.slice(at, (at += size)));
          expect(Buffer.from(root)).toEqual(Buffer.from(naiveRoot(leaves.slice(0, at))));
        }
        const complete = Array.from({ length: 53 }, (_, level) => Math.floor(leaves.length / 2 ** level));
        expect(tree.nodeCount).toBe(complete.reduce((sum, count) => sum + count, 0));
      }),
    );
  });

  it('reads only the peaks', async () => {
    const tree = new StoredTree();
    await tree.append(someLeaves(127));
    tree.reads = 0;
    await tree.append(someLeaves(1000));
    expect(tree.reads).toBe(7);
  });

  it('goes on where 32 bits end', async () => {
    const size = 2 ** 40 - 1;
    const [leaf] = someLeaves(1);
    const { nodes } = await appendLeaves(size, [leaf!], async (ids) => ids.map(() => leaf!));
    expect(nodes).toHaveLength(41);
    expect(nodes.at(-1)).toMatchObject({ level: 40, index: 0 });
    expect(nodes[0]).toMatchObject({ level: 0, index: size });
  });

  it('refuses what is not a hash, a size or a full answer', async () => {
    const none = async (): Promise<Buffer[]> => [];
    await expect(appendLeaves(0, [Buffer.alloc(31)], none)).rejects.toThrow(RangeError);
    await expect(appendLeaves(-1, someLeaves(1), none)).rejects.toThrow(RangeError);
    await expect(appendLeaves(1.5, [], none)).rejects.toThrow(RangeError);
    await expect(appendLeaves(Number.MAX_SAFE_INTEGER, someLeaves(1), none)).rejects.toThrow(RangeError);
    await expect(appendLeaves(3, someLeaves(1), none)).rejects.toThrow('2 nodes asked, 0 read');
    await expect(appendLeaves(1, [], async () => [Buffer.alloc(3)])).rejects.toThrow(RangeError);
  });
});

describe('rootOf', () => {
  it('gives every earlier root from the nodes of a later tree', async () => {
    const leaves = someLeaves(130);
    const tree = new StoredTree();
    await tree.append(leaves);
    for (let size = 0; size <= leaves.length; size += 1) {
      expect(Buffer.from(await rootOf(size, tree.read))).toEqual(
        Buffer.from(naiveRoot(leaves.slice(0, size))),
      );
    }
  });
});

describe('coverOf', () => {
  it('names whole nodes up to the largest sizes', () => {
    expect(peaksOf(0)).toEqual([]);
    expect(peaksOf(7)).toEqual([
      { level: 2, index: 0 },
      { level: 1, index: 2 },
      { level: 0, index: 6 },
    ]);
    expect(coverOf(4, 7)).toEqual([
      { level: 1, index: 2 },
      { level: 0, index: 6 },
    ]);
    expect(peaksOf(Number.MAX_SAFE_INTEGER)).toHaveLength(53);
    expect(peaksOf(Number.MAX_SAFE_INTEGER).every(({ index }) => Number.isSafeInteger(index))).toBe(true);
    expect(splitOf(2 ** 49)).toBe(2 ** 48);
    expect(splitOf(2 ** 49 + 1)).toBe(2 ** 49);
  });
});

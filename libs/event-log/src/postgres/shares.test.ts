import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fairShare } from './fair-share.js';
import { partitionOf } from './partition-of.js';

it('shares every lane out, in shares that differ by one at most', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1, max: 50 }), (lanes, members) => {
      const shares = Array.from({ length: members }, (_, rank) => fairShare(lanes, members, rank));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(lanes);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }),
  );
  expect(fairShare(6, 0, -1)).toBe(0);
});

it('puts a key into the same partition for ever, and keys evenly', () => {
  // Written down, because another answer would break the order of every key that is in a log.
  expect(['', 'a', 'key-1', 'ünï'].map((key) => partitionOf(key, 1_000))).toMatchInlineSnapshot(`
    [
      385,
      58,
      459,
      944,
    ]
  `);
  const counts = new Map<number, number>();
  for (let index = 0; index < 8_000; index += 1) {
    const partition = partitionOf(`uk.agency.person.${index.toString()}`, 8);
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }
  expect(counts.size).toBe(8);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

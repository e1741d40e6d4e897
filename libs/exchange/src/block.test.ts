import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokerError } from '@concordat/problem';
import { decodeBlock, encodeBlocks, MAX_BLOCK_BYTES, MAX_BLOCK_ITEMS } from './block.js';

const decodeAll = (blocks: readonly Buffer[]): unknown[] => blocks.flatMap((block) => decodeBlock(block));
const failure = (block: Buffer): unknown => {
  try {
    return decodeBlock(block);
  } catch (error) {
    return error;
  }
};

describe('blocks', () => {
  it('give back their items in order', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (items) => {
        // As JSON writes them: without negative zero.
        expect(decodeAll(encodeBlocks(items))).toEqual(JSON.parse(JSON.stringify(items)));
      }),
    );
  });

  it('are none for no items', () => expect(encodeBlocks([])).toEqual([]));

  it('keep line ends inside of items', () => {
    const items = [{ a: 'x\ny' }, 'a\r\nb\u2028c'];
    expect(decodeAll(encodeBlocks(items))).toEqual(items);
  });

  it('hold so many items and no more', () => {
    const items = Array.from({ length: MAX_BLOCK_ITEMS + 1 }, (_, index) => index);
    const [first, second, ...more] = encodeBlocks(items);
    expect([decodeBlock(first!).length, decodeBlock(second!).length, more.length]).toEqual([
      MAX_BLOCK_ITEMS,
      1,
      0,
    ]);
  });

  it('hold so many bytes and no more, counted in UTF-8', () => {
    const items = Array.from({ length: 20 }, () => '€'.repeat(50_000));
    const blocks = encodeBlocks(items);
    for (const block of blocks) {
      const bytes = decodeBlock<string>(block).reduce((sum, item) => sum + Buffer.byteLength(item) + 3, 0);
      expect(bytes).toBeLessThanOrEqual(MAX_BLOCK_BYTES);
    }
    expect(decodeAll(blocks)).toEqual(items);
  });

  it('an item larger than a block has one to itself', () => {
    const items = ['a', 'x'.repeat(MAX_BLOCK_BYTES + 1), 'b'];
    const blocks = encodeBlocks(items);
    expect(blocks).toHaveLength(3);
    expect(decodeAll(blocks)).toEqual(items);
  });
});

describe('what is no block', () => {
  const [block] = encodeBlocks(
    Array.from({ length: 150 }, (_, index) => ({ index, text: `secret ${index}` })),
  );

  it('a bomb is refused before it has grown', () => {
    const bomb = zstdCompressSync(Buffer.alloc(512 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(100_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(failure(bomb)).toBeInstanceOf(BrokerError);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('no changed byte changes what is read', () => {
    const items = decodeBlock(block!);
    for (let at = 0; at < block!.length; at += 1) {
      const changed = Buffer.from(block!);
      changed[at]! ^= 0x10;
      const result = failure(changed);
      // A frame's header has a bit that means nothing.
      if (!(result instanceof BrokerError)) expect(result, `byte ${at}`).toEqual(items);
    }
  });

  it('no changed byte of a small one, which is not compressed, is taken', () => {
    const [small] = encodeBlocks([{ index: 1, text: 'secret' }, 2]);
    expect(decodeBlock(small!)).toEqual([{ index: 1, text: 'secret' }, 2]);
    for (let at = 0; at < small!.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(small!);
        changed[at]! ^= 1 << bit;
        expect(failure(changed), `byte ${at}`).toBeInstanceOf(BrokerError);
      }
      expect(failure(small!.subarray(0, at)), `${at} bytes`).toBeInstanceOf(BrokerError);
    }
  });

  it('any part of one is refused', () => {
    for (let length = 0; length < block!.length; length += 1) {
      expect(failure(block!.subarray(0, length)), `${length} bytes`).toBeInstanceOf(BrokerError);
    }
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('{"a":1}')],
    ['compressed text that is no JSON', zstdCompressSync(Buffer.from('secret'))],
    ['an empty line', zstdCompressSync(Buffer.from('1\n\n2'))],
    ['a line end at the end', zstdCompressSync(Buffer.from('1\n'))],
  ])('%s is refused, and not quoted', (_, bytes) => {
    const error = failure(bytes);
    expect(error).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret');
  });
});

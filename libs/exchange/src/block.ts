import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import { BrokerError } from '@concordat/problem';

/** A block holds at most so many items, so that a reader's batch stays bounded. */
export const MAX_BLOCK_ITEMS = 1000;
/** Bytes of text in a block before compression; brokers refuse records of more than a megabyte. */
export const MAX_BLOCK_BYTES = 768 * 1024;
/** A block that claims to grow past this is not one of ours. */
const MAX_DECODED_BYTES = 4 * 1024 * 1024;

// The checksum, because a changed byte may otherwise decompress to other text that is JSON as well.
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 } };

/**
 * Puts many small items into few records of the log: a Kafka client's cost is for each record, not for each
 * byte. A block is newline-delimited JSON, compressed with zstd.
 *
 * @returns blocks in the order of the items; none for no items
 */
export function encodeBlocks(items: readonly unknown[]): Buffer[] {
  const blocks: Buffer[] = [];
  let lines: string[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (lines.length > 0) blocks.push(zstdCompressSync(Buffer.from(lines.join('\n')), FAST));
    lines = [];
    bytes = 0;
  };
  for (const item of items) {
    const line = JSON.stringify(item);
    const size = Buffer.byteLength(line) + 1;
    if (lines.length === MAX_BLOCK_ITEMS || bytes + size > MAX_BLOCK_BYTES) flush();
    lines.push(line);
    bytes += size;
  }
  flush();
  return blocks;
}

/** The items of a block. @throws BrokerError `internal` when it is none */
export function decodeBlock<Item>(block: Buffer): Item[] {
  try {
    const text = zstdDecompressSync(block, { maxOutputLength: MAX_DECODED_BYTES }).toString('utf8');
    return text.split('\n').map((line) => JSON.parse(line) as Item);
  } catch {
    // The cause is not passed on: a parser's message may quote what it read.
    throw new BrokerError('internal', 'A record of the log is not a block');
  }
}

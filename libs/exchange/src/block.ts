import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { BrokerError } from '@concordat/problem';

/** A block holds at most so many items, so that a reader's batch stays bounded. */
export const MAX_BLOCK_ITEMS = 1000;
/** Bytes of text in a block before compression; brokers refuse records of more than a megabyte. */
export const MAX_BLOCK_BYTES = 768 * 1024;
/** A block that claims to grow past this is not one of ours. */
const MAX_DECODED_BYTES = 4 * 1024 * 1024;
/** Below so many bytes the way to another thread and back takes longer than the work (measured). */
const WORTH_A_THREAD = 32 * 1024;

// The checksum, because a changed byte may otherwise decompress to other text that is JSON as well.
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 } };
const LIMIT = { maxOutputLength: MAX_DECODED_BYTES };

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/**
 * Bytes of UTF-8 text, held as a string with one character for each byte: cheap to cut and to join, and written
 * as `latin1`.
 */
export type ByteText = string;

export const toByteText = (text: string): ByteText => Buffer.from(text, 'utf8').toString('latin1');

/**
 * Puts many small items into few records of the log: a Kafka client's cost is for each record, not for each
 * byte. A block is newline-delimited JSON, compressed with zstd.
 *
 * @returns blocks in the order of the items; none for no items
 */
export function encodeBlocks(items: readonly unknown[]): Buffer[] {
  const blocks: Buffer[] = [];
  const cutter = new Cutter((text) => blocks.push(zstdCompressSync(text, FAST)));
  for (const item of items) cutter.add(toByteText(JSON.stringify(item)));
  cutter.flush();
  return blocks;
}

/**
 * The same of lines that are written already. A block that is full is compressed on another thread while its
 * successor is filled.
 */
export class BlockWriter {
  readonly #blocks: Promise<Buffer>[] = [];
  readonly #cutter = new Cutter((text) => this.#blocks.push(compressed(text)));

  /** @param line without a line end */
  add(line: ByteText): void {
    this.#cutter.add(line);
  }

  /** The blocks, in the order of the lines; none for no lines. Nothing may be added any more. */
  end(): Promise<Buffer[]> {
    this.#cutter.flush();
    return Promise.all(this.#blocks);
  }
}

/** The items of a block. @throws BrokerError `internal` when it is none */
export function decodeBlock<Item>(block: Buffer): Item[] {
  try {
    const text = zstdDecompressSync(block, LIMIT).toString('utf8');
    return text.split('\n').map((line) => JSON.parse(line) as Item);
  } catch {
    throw notABlock();
  }
}

/** The text of a block, with a line end between two lines. @throws BrokerError `internal` when it is none */
export async function decompressBlock(block: Buffer): Promise<Buffer> {
  try {
    return block.length < WORTH_A_THREAD / 4
      ? zstdDecompressSync(block, LIMIT)
      : await decompress(block, LIMIT);
  } catch {
    throw notABlock();
  }
}

/** The cause is not passed on: a parser's message may quote what it read. */
export const notABlock = (): BrokerError => new BrokerError('internal', 'A record of the log is not a block');

const compressed = async (text: Buffer): Promise<Buffer> =>
  text.length < WORTH_A_THREAD ? zstdCompressSync(text, FAST) : compress(text, FAST);

/** Cuts lines into pieces where a block is full. */
class Cutter {
  readonly #take: (text: Buffer) => void;
  #lines: ByteText[] = [];
  #bytes = 0;

  constructor(take: (text: Buffer) => void) {
    this.#take = take;
  }

  add(line: ByteText): void {
    const size = line.length + 1;
    if (this.#lines.length === MAX_BLOCK_ITEMS || this.#bytes + size > MAX_BLOCK_BYTES) this.flush();
    this.#lines.push(line);
    this.#bytes += size;
  }

  flush(): void {
    if (this.#lines.length > 0) this.#take(Buffer.from(this.#lines.join('\n'), 'latin1'));
    this.#lines = [];
    this.#bytes = 0;
  }
}

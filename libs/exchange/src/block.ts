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

/** zlib gathers its output in chunks; one that holds all of it need not be copied once more. */
const chunkSize = (bytes: number): number => Math.min(MAX_BLOCK_BYTES * 1.25, Math.max(4 * 1024, bytes));

// The checksum, because a changed byte may otherwise decompress to other text that is JSON as well.
const FAST = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };
const fast = (text: Buffer) => ({ params: FAST, chunkSize: chunkSize(text.length / 4) });
const limit = (block: Buffer) => ({
  maxOutputLength: MAX_DECODED_BYTES,
  chunkSize: chunkSize(block.length * 16),
});

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
  const page = new Page((text) => blocks.push(zstdCompressSync(text, fast(text))));
  for (const item of items) page.write([toByteText(JSON.stringify(item))]);
  page.flush();
  return blocks;
}

/**
 * The same of lines that are written already. A block that is full is compressed on another thread while its
 * successor is filled.
 */
export class BlockWriter {
  readonly #blocks: Promise<Buffer>[] = [];
  readonly #page = new Page((text) => this.#blocks.push(compressed(text)));

  /** Adds a line. @param parts of the line, one after the other, without a line end */
  add(...parts: readonly ByteText[]): void {
    this.#page.write(parts);
  }

  /** Adds a line. @param values what stands in the template's holes, each as wide as its hole */
  fill(template: LineTemplate, ...values: readonly ByteText[]): void {
    this.#page.fill(template, values);
  }

  /** The blocks, in the order of the lines; none for no lines. Nothing may be added any more. */
  end(): Promise<Buffer[]> {
    this.#page.flush();
    return Promise.all(this.#blocks);
  }
}

/** A line with holes of fixed widths: many lines are copied from it and differ only in the holes. */
export class LineTemplate {
  readonly bytes: Buffer;
  readonly holes: readonly { readonly at: number; readonly width: number }[];

  /** @param pieces what stands before, between and after the holes, without a line end */
  constructor(pieces: readonly ByteText[], widths: readonly number[]) {
    let text = pieces[0] ?? '';
    this.holes = widths.map((width, index) => {
      const at = text.length;
      text += ' '.repeat(width) + (pieces[index + 1] ?? '');
      return { at, width };
    });
    this.bytes = Buffer.from(text, 'latin1');
  }
}

/** The items of a block. @throws BrokerError `internal` when it is none */
export function decodeBlock<Item>(block: Buffer): Item[] {
  try {
    const text = zstdDecompressSync(block, limit(block)).toString('utf8');
    return text.split('\n').map((line) => JSON.parse(line) as Item);
  } catch {
    throw notABlock();
  }
}

/** The text of a block, with a line end between two lines. @throws BrokerError `internal` when it is none */
export async function decompressBlock(block: Buffer): Promise<Buffer> {
  try {
    return block.length < WORTH_A_THREAD / 4
      ? zstdDecompressSync(block, limit(block))
      : await decompress(block, limit(block));
  } catch {
    throw notABlock();
  }
}

/** The cause is not passed on: a parser's message may quote what it read. */
export const notABlock = (): BrokerError => new BrokerError('internal', 'A record of the log is not a block');

const compressed = async (text: Buffer): Promise<Buffer> =>
  text.length < WORTH_A_THREAD ? zstdCompressSync(text, fast(text)) : compress(text, fast(text));

const LINE_END = 0x0a;
const FIRST_BYTES = 16 * 1024;

/** The text of one block, as it is written; handed over when it is full. */
class Page {
  readonly #take: (text: Buffer) => void;
  #text = Buffer.alloc(0);
  #bytes = 0;
  #lines = 0;

  constructor(take: (text: Buffer) => void) {
    this.#take = take;
  }

  write(parts: readonly ByteText[]): void {
    let size = 0;
    for (const part of parts) size += part.length;
    let at = this.#newLine(size);
    for (const part of parts) at += this.#text.write(part, at, 'latin1');
  }

  fill({ bytes, holes }: LineTemplate, values: readonly ByteText[]): void {
    const at = this.#newLine(bytes.length);
    this.#text.set(bytes, at);
    for (let index = 0; index < holes.length; index += 1) {
      const [hole, value] = [holes[index], values[index]];
      if (hole === undefined || value?.length !== hole.width)
        throw new RangeError('A value does not fit its hole');
      this.#text.write(value, at + hole.at, 'latin1');
    }
  }

  flush(): void {
    if (this.#lines > 0) this.#take(this.#text.subarray(0, this.#bytes));
    this.#text = Buffer.alloc(0);
    this.#bytes = 0;
    this.#lines = 0;
  }

  /** Makes room for a line. @returns where it begins */
  #newLine(size: number): number {
    if (this.#lines === MAX_BLOCK_ITEMS || (this.#lines > 0 && this.#bytes + size >= MAX_BLOCK_BYTES))
      this.flush();
    this.#grow(this.#bytes + size + 1);
    if (this.#lines > 0) this.#text[this.#bytes++] = LINE_END;
    const at = this.#bytes;
    this.#bytes += size;
    this.#lines += 1;
    return at;
  }

  #grow(bytes: number): void {
    if (bytes <= this.#text.length) return;
    const wanted = Math.max(bytes, FIRST_BYTES, Math.min(MAX_BLOCK_BYTES, this.#text.length * 4));
    const grown = Buffer.allocUnsafeSlow(wanted);
    this.#text.copy(grown, 0, 0, this.#bytes);
    this.#text = grown;
  }
}

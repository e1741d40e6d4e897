import { promisify } from 'node:util';
import {
  constants,
  crc32,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import { BrokerError } from '@concordat/problem';
import { toByteText, type ByteText } from '@concordat/record';

/** A block holds at most so many items, so that a reader's batch stays bounded. */
export const MAX_BLOCK_ITEMS = 1000;
/** Bytes of text in a block before compression; brokers refuse records of more than a megabyte. */
export const MAX_BLOCK_BYTES = 768 * 1024;
/** A block that claims to grow past this is not one of ours. */
const MAX_DECODED_BYTES = 4 * 1024 * 1024;
/**
 * Below so many bytes compression costs more than it saves: 30 µs to begin with, and again to read. A log compresses
 * together what it writes together.
 */
const WORTH_COMPRESSING = 4 * 1024;
/** Below so many bytes the way to another thread and back takes longer than the work (measured). */
const WORTH_A_THREAD = 32 * 1024;
const WORTH_A_THREAD_TO_READ = 64 * 1024;

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
 * Puts many small items into few records of the log: a Kafka client's cost is for each record, not for each
 * byte. A block is newline-delimited JSON, compressed with zstd unless it is small.
 *
 * @returns blocks in the order of the items; none for no items
 */
export function encodeBlocks(items: readonly unknown[]): Buffer[] {
  const blocks: Buffer[] = [];
  const page = new Page((text) => {
    blocks.push(packed(text));
    return undefined;
  });
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
  readonly #page = new Page((text) => {
    if (text.length < WORTH_A_THREAD) {
      this.#blocks.push(Promise.resolve(packed(text)));
      return undefined;
    }
    const compressing = compress(text, fast(text));
    this.#blocks.push(compressing);
    return compressing;
  });

  /** Adds a line. @param parts of the line, one after the other, without a line end */
  add(parts: readonly ByteText[]): void {
    this.#page.write(parts);
  }

  /** Adds a line. @param values what stands in the template's holes, each as wide as its hole */
  fill(template: LineTemplate, values: readonly ByteText[]): void {
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

  /** Whether each value is as wide as its hole. */
  fits(values: readonly ByteText[]): boolean {
    for (let index = 0; index < this.holes.length; index += 1) {
      if (this.holes[index]?.width !== values[index]?.length) return false;
    }
    return true;
  }
}

/** The items of a block. @throws BrokerError `internal` when it is none */
export function decodeBlock<Item>(block: Buffer): Item[] {
  try {
    const text = unpacked(block).toString('utf8');
    return text.split('\n').map((line) => JSON.parse(line) as Item);
  } catch {
    throw notABlock();
  }
}

/** The text of a block, with a line end between two lines. @throws BrokerError `internal` when it is none */
export async function textOfBlock(block: Buffer): Promise<Buffer> {
  try {
    return block.length < WORTH_A_THREAD_TO_READ ? unpacked(block) : await decompress(block, limit(block));
  } catch {
    throw notABlock();
  }
}

/** The cause is not passed on: a parser's message may quote what it read. */
export const notABlock = (): BrokerError => new BrokerError('internal', 'A record of the log is not a block');

/** A block of few lines: a byte that begins no other, the text's CRC-32, and the text as it is. */
const PLAIN = 0;
const PLAIN_HEAD = 5;

function packed(text: Buffer): Buffer {
  if (text.length >= WORTH_COMPRESSING) return zstdCompressSync(text, fast(text));
  const block = Buffer.allocUnsafe(PLAIN_HEAD + text.length);
  block[0] = PLAIN;
  block.writeUInt32BE(crc32(text), 1);
  text.copy(block, PLAIN_HEAD);
  return block;
}

function unpacked(block: Buffer): Buffer {
  if (block[0] !== PLAIN) return zstdDecompressSync(block, limit(block));
  const text = block.subarray(PLAIN_HEAD);
  if (block.length <= PLAIN_HEAD || block.readUInt32BE(1) !== crc32(text)) throw notABlock();
  return text;
}

const LINE_END = 0x0a;
/** Where a block begins to be written, until it needs a whole page. */
const SMALL_PAGE = 8 * 1024;
const WHOLE_PAGE = MAX_BLOCK_BYTES;
/** Pages that are not in use, to be written on again: new memory is slow to the first touch (measured). */
const pages: Buffer[] = [];
const MOST_PAGES = 32;

function give(page: Buffer): void {
  if (page.length === WHOLE_PAGE && pages.length < MOST_PAGES) pages.push(page);
}

/** `Buffer.write` for latin1, without the search for the encoding; in Node since its beginning, not in its types. */
interface Latin1Buffer extends Buffer {
  latin1Write(text: ByteText, at: number): number;
}

/** The text of one block, as it is written; handed over when it is full. */
class Page {
  readonly #take: (text: Buffer) => Promise<unknown> | undefined;
  #text: Latin1Buffer | undefined;
  #bytes = 0;
  #lines = 0;

  /** @param take gets the text for as long as the promise that it gives is pending, or for the call alone */
  constructor(take: (text: Buffer) => Promise<unknown> | undefined) {
    this.#take = take;
  }

  write(parts: readonly ByteText[]): void {
    let size = 0;
    for (const part of parts) size += part.length;
    const text = this.#newLine(size);
    let at = this.#bytes - size;
    for (const part of parts) if (part.length > 0) at += text.latin1Write(part, at);
  }

  fill(template: LineTemplate, values: readonly ByteText[]): void {
    if (!template.fits(values)) throw new RangeError('A value does not fit its hole');
    const { bytes, holes } = template;
    const text = this.#newLine(bytes.length);
    const at = this.#bytes - bytes.length;
    text.set(bytes, at);
    for (let index = 0; index < holes.length; index += 1) {
      text.latin1Write(values[index] ?? '', at + (holes[index]?.at ?? 0));
    }
  }

  flush(): void {
    const text = this.#text;
    if (text !== undefined) {
      const taken = this.#take(text.subarray(0, this.#bytes));
      if (taken === undefined) give(text);
      else void taken.then(() => give(text)).catch(() => undefined);
    }
    this.#text = undefined;
    this.#bytes = 0;
    this.#lines = 0;
  }

  /** Makes room for a line, which ends at `#bytes`. */
  #newLine(size: number): Latin1Buffer {
    if (this.#lines === MAX_BLOCK_ITEMS || (this.#lines > 0 && this.#bytes + size >= MAX_BLOCK_BYTES))
      this.flush();
    const text = this.#withRoomFor(this.#bytes + size + 1);
    if (this.#lines > 0) text[this.#bytes++] = LINE_END;
    this.#bytes += size;
    this.#lines += 1;
    return text;
  }

  #withRoomFor(bytes: number): Latin1Buffer {
    const before = this.#text;
    if (before !== undefined && bytes <= before.length) return before;
    const grown =
      bytes <= SMALL_PAGE
        ? Buffer.allocUnsafe(SMALL_PAGE)
        : bytes <= WHOLE_PAGE
          ? (pages.pop() ?? Buffer.allocUnsafeSlow(WHOLE_PAGE))
          : Buffer.allocUnsafeSlow(bytes);
    before?.copy(grown, 0, 0, this.#bytes);
    return (this.#text = grown as Latin1Buffer);
  }
}

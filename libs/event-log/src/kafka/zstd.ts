import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Level 1: on blocks of events the higher levels cost far more time than the bytes they save. */
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** A batch is under a megabyte; one that claims to grow past this is not one of ours. */
const MAX_BATCH_BYTES = 256 * 1024 * 1024;

const LIMIT = { maxOutputLength: MAX_BATCH_BYTES };
/** Below so many bytes the way to another thread and back takes longer than the work (measured: 250 µs to 30). */
const WORTH_A_THREAD = 32 * 1024;
const WORTH_A_THREAD_TO_READ = 8 * 1024;

/** Gives kafkajs, which has no zstd of its own, the one of Node. Its codecs are global, so once is enough. */
export function registerZstd(): void {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: { readonly buffer: Buffer }) =>
      buffer.length < WORTH_A_THREAD ? zstdCompressSync(buffer, FAST) : compress(buffer, FAST),
    decompress: async (buffer: Buffer) =>
      buffer.length < WORTH_A_THREAD_TO_READ ? zstdDecompressSync(buffer, LIMIT) : decompress(buffer, LIMIT),
  });
}

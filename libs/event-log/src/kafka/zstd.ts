import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Level 1: on blocks of events the higher levels cost far more time than the bytes they save. */
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** A batch is under a megabyte; one that claims to grow past this is not one of ours. */
const MAX_BATCH_BYTES = 256 * 1024 * 1024;

/** Gives kafkajs, which has no zstd of its own, the one of Node. Its codecs are global, so once is enough. */
export function registerZstd(): void {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: (encoder: { readonly buffer: Buffer }) => compress(encoder.buffer, FAST),
    decompress: (buffer: Buffer) => decompress(buffer, { maxOutputLength: MAX_BATCH_BYTES }),
  });
}

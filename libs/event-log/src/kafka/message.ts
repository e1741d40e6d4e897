import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import { EventLogError } from '../errors.js';
import type { IncomingRecord, OutgoingRecord } from '../port.js';

/** More than the most that a record batch and a record in it add around key, value and headers. */
const BATCH_OVERHEAD = 256;
const RECORD_OVERHEAD = 64;
const HEADER_OVERHEAD = 16;

export const toMessage = ({ key, partition, value, headers }: OutgoingRecord): Message => ({
  key,
  value,
  ...(partition === undefined ? {} : { partition }),
  ...(headers === undefined ? {} : { headers: { ...headers } }),
});

/** @param topic the topic's name in the port, without the prefix of this installation */
export const fromMessage = (topic: string, partition: number, message: KafkaMessage): IncomingRecord => ({
  topic,
  partition,
  offset: BigInt(message.offset),
  key: message.key?.toString() ?? '',
  value: message.value,
  headers: fromHeaders(message.headers),
  timestamp: Number(message.timestamp),
});

function fromHeaders(headers: IHeaders | undefined): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) plain[name] = last.toString();
  }
  return plain;
}

/** Upper bound of a record's bytes in a batch, before compression. */
function sizeOnWire({ key, value, headers }: OutgoingRecord): number {
  let size = RECORD_OVERHEAD + Buffer.byteLength(key) + (value?.length ?? 0);
  for (const [name, text] of Object.entries(headers ?? {})) {
    size += HEADER_OVERHEAD + Buffer.byteLength(name) + Buffer.byteLength(text);
  }
  return size;
}

/**
 * The records in order, cut so that no piece makes a batch of more than `maxBytes`, whatever its compression:
 * the broker refuses a larger one for good.
 *
 * @throws EventLogError `record-too-large` if one record alone is over
 */
export function splitByBytes<R extends OutgoingRecord>(
  records: readonly R[],
  maxBytes: number,
): { readonly records: R[]; readonly bytes: number }[] {
  const pieces: { records: R[]; bytes: number }[] = [];
  let piece = { records: [] as R[], bytes: BATCH_OVERHEAD };
  for (const record of records) {
    const size = sizeOnWire(record);
    if (BATCH_OVERHEAD + size > maxBytes) throw tooLarge(size, maxBytes);
    if (piece.bytes + size > maxBytes) {
      pieces.push(piece);
      piece = { records: [], bytes: BATCH_OVERHEAD };
    }
    piece.records.push(record);
    piece.bytes += size;
  }
  if (piece.records.length > 0) pieces.push(piece);
  return pieces;
}

const tooLarge = (size: number, maxBytes: number): EventLogError =>
  new EventLogError(
    'record-too-large',
    `A record of ${size.toString()} bytes is over the log's limit of ${maxBytes.toString()}`,
  );

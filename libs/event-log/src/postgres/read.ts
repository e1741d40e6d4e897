import type pg from 'pg';
import type { IncomingRecord } from '../port.js';
import type { SchemaNames } from './schema.js';

/** A partition to read, by its id in the database and by its name to readers. */
export interface Partition {
  readonly id: number;
  readonly topic: string;
  readonly number: number;
}

interface Row {
  readonly offset: string;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Record<string, string> | null;
  readonly timestamp: number;
}

/**
 * The next records from an offset on, in order: at most `maxRecords`, and none after the one with which
 * `maxBytes` is reached. The database counts the bytes, so no more ever comes into memory.
 */
export async function readRecords(
  pool: pg.Pool,
  names: SchemaNames,
  partition: Partition,
  from: bigint,
  maxRecords: number,
  maxBytes: number,
): Promise<IncomingRecord[]> {
  const { rows } = await pool.query<Row>(
    `SELECT "offset", key, value, headers, (extract(epoch FROM created_at) * 1000)::float8 AS timestamp FROM (
        SELECT *, sum(octet_length(key) + coalesce(octet_length(value), 0)) OVER (
          ORDER BY "offset" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM (SELECT * FROM ${names.records} WHERE partition_id = $1 AND "offset" >= $2
              ORDER BY "offset" LIMIT $3) AS next) AS measured
      WHERE coalesce(before, 0) < $4 ORDER BY "offset"`,
    [partition.id, from.toString(), maxRecords, maxBytes],
  );
  return rows.map(({ offset, key, value, headers, timestamp }) => ({
    topic: partition.topic,
    partition: partition.number,
    offset: BigInt(offset),
    key,
    value,
    headers: headers ?? {},
    timestamp: Math.floor(timestamp),
  }));
}

import type pg from 'pg';
import { EventLogError, HandlerFailure } from '../errors.js';
import type { RoutedRecord } from '../port.js';
import { sqlCode } from '../sql-errors.js';
import { partitionOf } from './partition-of.js';
import { STALE_OWNER, type SchemaNames } from './schema.js';
import type { Topics } from './topics.js';

/** Writes records, durably when it resolves. */
export async function appendRecords(
  pool: pg.Pool,
  names: SchemaNames,
  topics: Topics,
  records: readonly RoutedRecord[],
): Promise<void> {
  const parameters = await asParameters(topics, records);
  await pool.query(`SELECT ${names.append}($1, $2, $3, $4, $5)`, parameters);
}

/** A position to be moved; `id` is that of its row. */
export interface Move {
  readonly id: number;
  readonly expected: bigint;
  readonly next: bigint;
}

/**
 * Writes records and moves the position in one transaction, or does neither.
 *
 * @throws EventLogError `stale-owner` if the position was no longer as expected
 * @throws HandlerFailure if the records can never be written: an unknown topic, a key that is no text
 */
export async function advance(
  pool: pg.Pool,
  names: SchemaNames,
  topics: Topics,
  move: Move,
  records: readonly RoutedRecord[],
): Promise<void> {
  try {
    const parameters = await asParameters(topics, records);
    const position = [move.id, move.expected.toString(), move.next.toString()];
    await pool.query(`SELECT ${names.advance}($1, $2, $3, $4, $5, $6, $7, $8)`, [...position, ...parameters]);
  } catch (error) {
    if (sqlCode(error) === STALE_OWNER) {
      throw new EventLogError('stale-owner', 'Another worker has moved this position', error);
    }
    throw isOfTheRecords(error) ? new HandlerFailure(error) : error;
  }
}

/** Unknown topic; or SQLSTATE class 22 (data), 23 (constraint) or 54 (limits). */
function isOfTheRecords(error: unknown): boolean {
  if (error instanceof EventLogError) return error.code === 'unknown-topic';
  return ['22', '23', '54'].includes(sqlCode(error)?.slice(0, 2) ?? '');
}

const unknownPartition = (topic: string, partition: number | undefined): EventLogError =>
  new EventLogError('unknown-topic', `Topic ${topic} has no partition ${String(partition)}`);

async function asParameters(topics: Topics, records: readonly RoutedRecord[]): Promise<unknown[]> {
  const parts: number[] = [];
  for (const { topic, key, partition } of records) {
    const { partitionIds } = await topics.find(topic);
    const id = partitionIds[partition ?? partitionOf(key, partitionIds.length)];
    if (id === undefined) throw unknownPartition(topic, partition);
    parts.push(id);
  }
  return [
    parts,
    records.map(({ key }) => key),
    Buffer.concat(records.flatMap(({ value }) => value ?? [])),
    records.map(({ value }) => value?.length ?? -1),
    records.map(({ headers }) => (headers === undefined ? null : JSON.stringify(headers))),
  ];
}

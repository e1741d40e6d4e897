import type pg from 'pg';
import { runHandler, workerDefaults } from '../attempt.js';
import { quarantinedRecord } from '../orders.js';
import type { Batch, IncomingRecord, ProjectOptions, RoutedRecord } from '../port.js';
import type { SqlTransaction, TransformOptions, WorkerOptions } from '../port.js';
import { commitWithPosition, readPosition } from '../position.js';
import { advance, appendRecords } from './append.js';
import type { LaneWork } from './lane.js';
import { partitionOf } from './partition-of.js';
import { readRecords } from './read.js';
import { committedPosition } from './readers.js';
import type { SchemaNames } from './schema.js';
import type { Topics } from './topics.js';
import { newsOfPartition, newsOfTopic, type Wakes } from './wakes.js';
import type { OwnableLane } from './worker.js';

/** What all lanes of a log share. */
export interface Access {
  readonly pool: pg.Pool;
  readonly names: SchemaNames;
  readonly topics: Topics;
  readonly wakes: Wakes;
}

/** Tells readers that the partitions of these records have more. */
export async function announceRecords(
  { topics, wakes }: Pick<Access, 'topics' | 'wakes'>,
  records: readonly RoutedRecord[],
): Promise<void> {
  const news = new Set<string>();
  for (const { topic, key, partition } of records) {
    const { partitionIds } = await topics.find(topic);
    news.add(newsOfTopic(topic));
    news.add(newsOfPartition(topic, partition ?? partitionOf(key, partitionIds.length)));
  }
  wakes.announce(news);
}

/** The outputs and the position go into the log by one call of `advance`: one transaction. */
export function transformWork(access: Access, lane: OwnableLane, options: TransformOptions): LaneWork {
  const commit = async (
    expected: bigint,
    records: readonly IncomingRecord[],
    outputs: readonly RoutedRecord[],
  ): Promise<void> => {
    const move = { id: lane.positionId, expected, next: endOf(records) };
    await advance(access.pool, access.names, access.topics, move, outputs);
    await announceRecords(access, outputs);
  };
  return {
    position: () => committedPosition(access.pool, access.names, lane.positionId),
    read: readOf(access, lane, options),
    handle: async (records, expected, signal) => {
      const outputs = await runHandler(signal, () => options.handler(batchOf(lane, records), signal));
      await commit(expected, records, outputs);
    },
    skip: (record, order, expected) => commit(expected, [record], [quarantinedRecord(record, order)]),
  };
}

/** The log is told of a projection's position at most this often, in ms. */
const REPORT_EVERY = 1_000;

/** The rows and the position go into the app's database in one transaction. */
export function projectWork<Transaction extends SqlTransaction>(
  access: Access,
  lane: OwnableLane,
  options: ProjectOptions<Transaction>,
): LaneWork {
  const { database, sink, onCommitted } = options;
  let reported = 0;
  /** Only `prune` reads this copy, so being late or lost does no harm. */
  const report = (position: bigint): void => {
    if (Date.now() - reported < REPORT_EVERY) return;
    reported = Date.now();
    const { pool, names } = access;
    pool
      .query(`UPDATE ${names.positions} SET next_offset = greatest(next_offset, $2) WHERE id = $1`, [
        lane.positionId,
        position.toString(),
      ])
      .catch(() => undefined);
  };
  return {
    position: () => readPosition(database, lane.name),
    read: readOf(access, lane, options),
    handle: async (records, expected, signal) => {
      const batch = batchOf(lane, records);
      const move = { expected, next: endOf(records) };
      await commitWithPosition(database, lane.name, move, signal, (transaction) =>
        sink(batch, transaction, signal),
      );
      report(move.next);
      try {
        onCommitted?.(batch);
      } catch {
        // By the port's rule: a wake-up that fails is made up for by whoever polls.
      }
    },
    // Two databases, so two transactions: first the copy, then the position. A crash in between leaves the
    // record where it was and a copy too many in quarantine; it is never lost, and the position moves once.
    skip: async (record, order, expected, signal) => {
      const copy = quarantinedRecord(record, order);
      await appendRecords(access.pool, access.names, access.topics, [copy]);
      await announceRecords(access, [copy]);
      const move = { expected, next: record.offset + 1n };
      await commitWithPosition(database, lane.name, move, signal, () => Promise.resolve());
    },
  };
}

const readOf =
  ({ pool, names }: Access, lane: OwnableLane, options: WorkerOptions): LaneWork['read'] =>
  (from, maxRecords) =>
    readRecords(
      pool,
      names,
      lane.partition,
      from,
      maxRecords,
      Math.min(options.maxBytes ?? workerDefaults.maxBytes, options.maxBatchBytes ?? Infinity),
    );

const batchOf = (lane: OwnableLane, records: readonly IncomingRecord[]): Batch => ({
  topic: lane.name.topic,
  partition: lane.name.partition,
  records,
});

const endOf = (records: readonly IncomingRecord[]): bigint => (records.at(-1)?.offset ?? -1n) + 1n;

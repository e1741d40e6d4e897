import type pg from 'pg';
import { EventLogError } from '../errors.js';
import { encodeOrder, QuarantineOrders, quarantineTopics } from '../orders.js';
import { workerDefaults } from '../attempt.js';
import {
  QUARANTINE_ORDERS_TOPIC,
  type EventLog,
  type ProjectOptions,
  type SqlTransaction,
  type TailOptions,
  type Worker,
  type WorkerOptions,
} from '../port.js';
import { createPositions } from '../position.js';
import { startRelay } from '../relay.js';
import { advance, appendRecords } from './append.js';
import { createPool } from './connections.js';
import { pruneRecords } from './prune.js';
import { readRecords } from './read.js';
import { committedPosition, enterLanes, enterReader, enterRelay } from './readers.js';
import { createSchema, namesIn } from './schema.js';
import { startTail, TAIL_BATCH } from './tail.js';
import { Topics } from './topics.js';
import { Wakes } from './wakes.js';
import { startWorker, type WorkerParts } from './worker.js';
import { announceRecords, projectWork, transformWork, type Access } from './works.js';

export interface PostgresEventLogOptions {
  /** Of a direct connection: a pooler that shares sessions between clients breaks the ownership of lanes. */
  readonly connectionString: string;
  /** The log's own schema (default `log`); made if it is missing. */
  readonly schema?: string;
  /** Connections for statements (default 10). Each worker and the log itself hold one more. */
  readonly poolSize?: number;
  /**
   * A worker whose process says nothing for this long, ms, loses its lanes (default 10,000). A slow handler is
   * not silent: only a frozen process, a blocked event loop or a dead network is.
   */
  readonly sessionTimeout?: number;
}

/** The log on Postgres, and what an operator may do to it besides. */
export interface PostgresEventLog extends EventLog {
  /**
   * Deletes records older than `olderThan` ms that every group has passed, and returns how many. Call it now
   * and then; nothing is deleted otherwise. A `tail` of a topic that is not compacted no longer sees them.
   */
  prune(olderThan: number): Promise<number>;
}

const SESSION_TIMEOUT = 10_000;
const POOL_SIZE = 10;

/**
 * Opens the log that is in a Postgres database (15 or later), and makes its schema there on first use.
 * Rejects with the database's error if it cannot be reached or refuses.
 */
export async function createPostgresEventLog(options: PostgresEventLogOptions): Promise<PostgresEventLog> {
  const { connectionString, schema = 'log', sessionTimeout = SESSION_TIMEOUT } = options;
  const names = namesIn(schema);
  const pool = createPool(connectionString, options.poolSize ?? POOL_SIZE);
  try {
    await withClient(pool, (client) => createSchema(client, names));
  } catch (error) {
    await pool.end();
    throw error;
  }

  const topics = new Topics(pool, names);
  const wakes = new Wakes(pool, connectionString, schema);
  const access: Access = { pool, names, topics, wakes };
  const orders = new QuarantineOrders();
  const running = new Set<{ stop(): Promise<void> }>();
  let closing: Promise<void> | undefined;

  const refuseWhenClosed = (): void => {
    if (closing !== undefined) throw new EventLogError('closed', 'The event log is closed');
  };
  /** Remembers what `close` has to stop. */
  const keep = <T extends { stop(): Promise<void> }>(started: T): T => {
    running.add(started);
    return started;
  };

  const tail = async (tailed: TailOptions) => {
    refuseWhenClosed();
    const { partitionIds } = await topics.find(tailed.topic);
    const ends = await endsOf(access, partitionIds);
    const partitions = partitionIds.map((id, number) => ({
      endAtStart: ends.get(id) ?? 0n,
      read: (from: bigint) =>
        readRecords(
          pool,
          names,
          { id, topic: tailed.topic, number },
          from,
          TAIL_BATCH,
          workerDefaults.maxBytes,
        ),
    }));
    return keep(startTail(tailed, partitions, wakes));
  };

  const work = async (worked: WorkerOptions, workOf: WorkerParts['workOf']): Promise<Worker> => {
    refuseWhenClosed();
    await topics.ensure(quarantineTopics(worked.topics));
    await orders.follow({ tail });
    const readerId = await enterReader(pool, names, worked.group);
    const lanes = await enterLanes(pool, names, topics, worked.group, readerId, worked.topics);
    return keep(
      startWorker({
        options: worked,
        connectionString,
        names,
        readerId,
        lanes,
        sessionTimeout,
        orders,
        wakes,
        workOf,
      }),
    );
  };

  const append: EventLog['append'] = async (topic, records) => {
    refuseWhenClosed();
    if (records.length === 0) return;
    const routed = records.map((record) => ({ ...record, topic }));
    await appendRecords(pool, names, topics, routed);
    await announceRecords({ topics, wakes }, routed);
  };

  return {
    append,
    tail,
    partitions: async (topic) => (await topics.find(topic)).partitionIds.length,
    ensureTopics: (specs) => topics.ensure(specs),
    transform: (options) => work(options, (lane) => transformWork(access, lane, options)),
    project: async <Transaction extends SqlTransaction>(options: ProjectOptions<Transaction>) => {
      await createPositions(options.database);
      return work(options, (lane) => projectWork(access, lane, options));
    },
    relay: async (options) => {
      refuseWhenClosed();
      const id = await enterRelay(pool, names, options.name);
      let position = 0n;
      return keep(
        await startRelay(options, {
          // Nobody needs fencing here: a write of an older relay moves the position, and ours then fails.
          claim: async () => (position = await committedPosition(pool, names, id)),
          write: async (next, records) => {
            await advance(pool, names, topics, { id, expected: position, next }, records);
            position = next;
            await announceRecords({ topics, wakes }, records);
          },
          release: () => Promise.resolve(),
        }),
      );
    },
    quarantine: async (order) => {
      await topics.ensure(quarantineTopics([]));
      await append(QUARANTINE_ORDERS_TOPIC, [encodeOrder(order)]);
    },
    prune: (olderThan) => pruneRecords(pool, names, olderThan),
    ping: async () => {
      await pool.query('SELECT 1');
    },
    close: () => {
      closing ??= (async () => {
        await Promise.all([...running].map((started) => started.stop()));
        await wakes.stop();
        await pool.end();
      })();
      return closing;
    },
  };
}

async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}

async function endsOf({ pool, names }: Access, ids: readonly number[]): Promise<Map<number, bigint>> {
  const { rows } = await pool.query<{ id: number; next_offset: string }>(
    `SELECT id, next_offset FROM ${names.partitions} WHERE id = ANY ($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, BigInt(row.next_offset)]));
}

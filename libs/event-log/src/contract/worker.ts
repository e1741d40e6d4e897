import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, EventLog, QuarantineOrder, WorkerOptions } from '../port.js';
import { openTestDatabase, type TestDatabase } from './test-database.js';

interface Work {
  /** Shared by the worker's lanes of this work: what its messages to the parent are marked with. */
  readonly group: string;
  readonly topics: readonly string[];
  readonly limits?: Omit<WorkerOptions, 'group' | 'topics' | 'onLane'>;
  /** The handler takes between these many ms. */
  readonly takes?: readonly [number, number];
  /** Tell the parent of every call of the handler. */
  readonly tell?: boolean;
}

/** What a worker process is asked to do. It copies records, so that what it did can be counted. */
export type Job =
  | (Work & { readonly role: 'transform'; readonly output: string })
  | (Work & { readonly role: 'project'; readonly table: string })
  | { readonly role: 'relay'; readonly name: string; readonly maxBatch: number }
  | { readonly role: 'quarantine'; readonly order: Omit<QuarantineOrder, 'offset'> & { offset: string } };

export type WorkerMessage =
  | { readonly type: 'ready' }
  | {
      readonly type: 'handling';
      readonly group: string;
      readonly partition: number;
      readonly records: number;
    };

export interface WorkerArguments {
  readonly config: unknown;
  readonly databaseUrl: string;
  readonly jobs: readonly Job[];
}

/** The body of a worker process: does its jobs until it is told to stop, or killed. */
export async function runContractWorker(open: (config: unknown) => Promise<EventLog>): Promise<void> {
  const { config, databaseUrl, jobs } = JSON.parse(process.argv[2] ?? '') as WorkerArguments;
  // Without its parent there is nobody to stop it.
  const abandoned = (): void => process.exit(1);
  process.once('disconnect', abandoned);
  const log = await open(config);
  const database = openTestDatabase(databaseUrl);
  for (const job of jobs) await start(log, database, job);
  tellParent({ type: 'ready' });
  process.once('message', () => {
    process.off('disconnect', abandoned);
    void (async () => {
      await log.close();
      await database.close();
      process.disconnect?.();
    })();
  });
}

async function start(log: EventLog, database: TestDatabase, job: Job): Promise<void> {
  if (job.role === 'quarantine') {
    await log.quarantine({ ...job.order, offset: BigInt(job.order.offset) });
    return;
  }
  if (job.role === 'relay') {
    await log.relay({ name: job.name, database, maxBatch: job.maxBatch });
    return;
  }
  const common = { group: job.group, topics: job.topics, ...job.limits };
  if (job.role === 'transform') {
    await log.transform({
      ...common,
      handler: async (batch) => {
        await take(job, batch);
        return batch.records.map(({ key, value }) => ({ topic: job.output, key, value }));
      },
    });
    return;
  }
  await log.project({
    ...common,
    database,
    sink: async (batch, transaction) => {
      await take(job, batch);
      await insertRows(transaction, job.table, batch);
    },
  });
}

/** Rows of a table made by `createRowsTable`: one for each record, in the order in which they were written. */
export async function insertRows(
  transaction: Pick<TestDatabase, 'query'>,
  table: string,
  { records }: Batch,
): Promise<void> {
  await transaction.query(
    `INSERT INTO ${table} (key, value)
     SELECT key, value FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS r (key, value, place) ORDER BY place`,
    [records.map(({ key }) => key), records.map(({ value }) => value?.toString() ?? '')],
  );
}

async function take(job: Work, { partition, records }: Batch): Promise<void> {
  if (job.tell === true) {
    tellParent({ type: 'handling', group: job.group, partition, records: records.length });
  }
  if (job.takes === undefined) return;
  const [least, most] = job.takes;
  await sleep(least + Math.random() * (most - least));
}

const tellParent = (message: WorkerMessage): void => {
  process.send?.(message);
};

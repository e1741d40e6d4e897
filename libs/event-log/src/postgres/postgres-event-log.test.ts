import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@concordat/persistence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, numbered, tally, until, wholeTally } from '../contract/observe.js';
import { openTestDatabase, type TestDatabase } from '../contract/test-database.js';
import { createPostgresEventLog } from './postgres-event-log.js';

/** What only the Postgres adapter promises; the rest is in the contract. */
describe('the Postgres event log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-event-log-'));
  let server: EmbeddedPostgres;
  let database: TestDatabase;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    server = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
    database = openTestDatabase(server.url);
  });

  afterAll(async () => {
    await database.close();
    await server.stop();
    rmSync(server.dataDir, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (schema: string) => createPostgresEventLog({ connectionString: server.url, schema });

  it('makes its schema once, however many open it at the same time, whatever its name', async () => {
    const logs = await Promise.all(Array.from({ length: 5 }, () => open('a "log"')));
    await logs[0]?.ensureTopics([{ name: 't', partitions: 1 }]);
    await logs[4]?.append('t', numbered(1, 1));
    await Promise.all(logs.map((log) => log.close()));
  });

  it('gives offsets without gaps, in the order of commitment, to writers at the same time', async () => {
    const log = await open('gaps');
    await log.ensureTopics([{ name: 't', partitions: 3 }]);
    const seen = await collect(log, 't');
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let round = 0; round < 25; round += 1) {
        await log.append('t', numbered(20, 12, (writer * 25 + round) * 20));
        // Refused by the database after some of its work: it must leave no gap.
        await expect(log.append('t', [{ key: 'no\0text', value: null }])).rejects.toMatchObject({
          code: '22021',
        });
      }
    });
    await Promise.all(writers);
    await until('all', () => seen.length >= 4_000);
    for (const partition of [0, 1, 2]) {
      const offsets = seen
        .filter((record) => record.partition === partition)
        .map(({ offset }) => Number(offset));
      expect(offsets).toEqual(offsets.map((_, index) => index));
    }
    await log.close();
  });

  it('recovers when the server ends every connection', async () => {
    const log = await open('ended');
    await log.ensureTopics([
      { name: 'in', partitions: 3 },
      { name: 'out', partitions: 1 },
    ]);
    const copies = await collect(log, 'out');
    await log.transform({
      group: 'g',
      topics: ['in'],
      handler: ({ records }) =>
        Promise.resolve(records.map(({ key, value }) => ({ topic: 'out', key, value }))),
    });
    for (let round = 0; round < 5; round += 1) {
      await log.append('in', numbered(200, 20, round * 200));
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'concordat-event-log'`,
      );
      await until('the log to answer', () =>
        log.ping().then(
          () => true,
          () => false,
        ),
      );
    }
    await until('all', () => copies.length >= 1_000);
    expect(tally(copies)).toEqual(wholeTally(1_000));

    // Others are woken again too, rather than only looking now and then.
    const writer = await open('ended');
    const waits: number[] = [];
    for (let number = 1_000; number < 1_005; number += 1) {
      const appended = performance.now();
      await writer.append('in', numbered(1, 1, number));
      await until('the next', () => copies.length > number);
      waits.push(performance.now() - appended);
    }
    expect(Math.min(...waits)).toBeLessThan(300);
    await writer.close();
    await log.close();
  });

  it('fails a worker, for good, when its tables are gone', async () => {
    const log = await open('gone');
    await log.ensureTopics([{ name: 'in', partitions: 1 }]);
    const worker = await log.transform({ group: 'g', topics: ['in'], handler: () => Promise.resolve([]) });
    await until('the worker to work', () => worker.lanes().length === 1);
    const failed = expect(worker.failed).rejects.toMatchObject({ code: 'unavailable' });
    await database.query('DROP SCHEMA gone CASCADE');
    await failed;
    await log.close();
  });

  it('prunes what is old and has been read by every group, and nothing else', async () => {
    const log = await open('pruned');
    const rows = async (topic: string): Promise<number> => {
      const [row] = await database.query<{ count: string }>(
        `SELECT count(*) FROM pruned.records AS r JOIN pruned.partitions AS p ON p.id = r.partition_id
         JOIN pruned.topics AS t ON t.id = p.topic_id WHERE t.name = $1`,
        [topic],
      );
      return Number(row?.count);
    };
    await log.ensureTopics([
      { name: 'read', partitions: 2 },
      { name: 'unread', partitions: 2 },
      { name: 'state', partitions: 1, compacted: true },
    ]);
    for (const topic of ['read', 'unread', 'state']) await log.append(topic, numbered(100, 10));
    await log.append('state', [{ key: 'key-1', value: null }]);
    let handled = 0;
    const worker = await log.transform({
      group: 'g',
      topics: ['read'],
      maxBatch: 10,
      handler: ({ records }) => {
        handled += records.length;
        return Promise.resolve([]);
      },
    });
    await until('all', () => handled === 100);
    await worker.stop();
    await log.append('read', numbered(5, 5, 100));

    expect(await log.prune(60_000)).toBe(0);
    expect(await log.prune(0)).toBe(101);
    expect(await rows('read')).toBe(5);
    expect(await rows('unread')).toBe(100);
    expect(await rows('state')).toBe(9);
    await log.close();
  });
});

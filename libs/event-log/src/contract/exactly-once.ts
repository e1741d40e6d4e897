import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ContractContext } from './contract.js';
import { collect, createRowsTable, numbered, rowsOf, tally, until, wholeTally } from './observe.js';
import { randomNumbers } from './random.js';
import type { Job } from './worker.js';
import type { WorkerProcess } from './worker-process.js';

const LIMIT = 120_000;

/** A seed for the moments of death; print it, and give it as CONTRACT_SEED to run the same again. */
function seeded(test: string): () => number {
  const given = process.env.CONTRACT_SEED;
  const seed = given === undefined ? Date.now() % 1_000_000 : Number(given);
  console.info(`${test}: CONTRACT_SEED=${seed.toString()}`);
  return randomNumbers(seed);
}

export function exactlyOnce(context: () => ContractContext): void {
  /** Keeps worker processes alive, and kills one of them whenever told to. */
  const population = async (size: number, jobs: readonly Job[]) => {
    const { startProcess } = context();
    const workers: WorkerProcess[] = Array.from({ length: size }, () => startProcess(jobs));
    await Promise.all(workers.map((worker) => worker.heard(({ type }) => type === 'ready')));
    return {
      workers,
      killOne: async (random: () => number) => {
        const victim = Math.floor(random() * workers.length);
        await workers[victim]?.kill();
        workers[victim] = startProcess(jobs);
      },
    };
  };

  it(
    'transforms and projects 50,000 records exactly once while workers are killed twelve times',
    { timeout: LIMIT },
    async () => {
      const { open, name, harness } = context();
      const random = seeded('transform and project');
      const log = await open();
      const [input, output, table, group] = [name('input'), name('output'), name('rows'), name('group')];
      await log.ensureTopics([
        { name: input, partitions: 6 },
        { name: output, partitions: 4 },
      ]);
      await createRowsTable(harness.database, table);
      const limits = { maxBatch: 100, concurrency: 4 };
      const takes = [0, 4] as const;
      // One feeds the other, so that a fault of either shows in the table.
      const { workers, killOne } = await population(2, [
        { role: 'transform', group: `${group}-t`, topics: [input], output, limits, takes },
        { role: 'project', group: `${group}-p`, topics: [output], table, limits, takes },
      ]);

      const kills = 12;
      const count = 50_000;
      const chunk = 500;
      let appended = 0;
      const append = async (): Promise<void> => {
        for (; appended < count; appended += chunk) await log.append(input, numbered(chunk, 200, appended));
      };
      const copies = await collect(log, output);
      const appending = append();
      for (let kill = 1; kill <= kills; kill += 1) {
        // By progress, so that work is under way at each kill; then a moment at random.
        await until('progress', () => copies.length >= (kill * count) / (kills + 2), LIMIT);
        await sleep(random() * 100);
        await killOne(random);
      }
      await appending;
      await until('all outputs', () => copies.length >= count, LIMIT);
      const rows = async (): Promise<number> => (await rowsOf(harness.database, table)).length;
      await until('all rows', async () => (await rows()) >= count, LIMIT);
      await Promise.all(workers.map((worker) => worker.stop()));
      // Repeats, if there are any, come late.
      await sleep(500);
      expect(tally(copies)).toEqual(wholeTally(count));
      expect(tally(await rowsOf(harness.database, table))).toEqual(wholeTally(count));
    },
  );

  it('relays 10,000 rows exactly once while relays are killed six times', { timeout: LIMIT }, async () => {
    const { open, name, harness } = context();
    const random = seeded('relay');
    const log = await open();
    const [topic, relayName] = [name('relayed'), name('relay')];
    await log.ensureTopics([{ name: topic, partitions: 3 }]);
    // Ours only fills the outbox; it leads when both others happen to be dead, which is part of the game.
    const relay = await log.relay({ name: relayName, database: harness.database, maxBatch: 50 });
    const { workers, killOne } = await population(2, [{ role: 'relay', name: relayName, maxBatch: 50 }]);
    await relay.stop();

    const count = 10_000;
    const chunk = 20;
    const enqueue = async (): Promise<void> => {
      for (let from = 0; from < count; from += chunk) {
        const routed = numbered(chunk, 40, from).map((record) => ({ ...record, topic }));
        await harness.database.transaction((transaction) => relay.enqueue(transaction, routed));
      }
    };
    const copies = await collect(log, topic);
    const enqueueing = enqueue();
    const kills = 6;
    for (let kill = 1; kill <= kills; kill += 1) {
      await until('progress', () => copies.length >= (kill * count) / (kills + 2), LIMIT);
      await sleep(random() * 100);
      await killOne(random);
    }
    await enqueueing;
    await until('all records', () => copies.length >= count, LIMIT);
    await Promise.all(workers.map((worker) => worker.stop()));
    await sleep(500);
    expect(tally(copies)).toEqual(wholeTally(count));
  });

  it('lets a relay that was frozen, and overtaken, write nothing', { timeout: LIMIT }, async () => {
    const { open, name, harness, startProcess } = context();
    const log = await open();
    const [topic, relayName] = [name('relayed'), name('relay')];
    await log.ensureTopics([{ name: topic, partitions: 2 }]);
    const outbox = await log.relay({ name: relayName, database: harness.database });
    await outbox.stop();
    const count = 3_000;
    const routed = numbered(count, 40).map((record) => ({ ...record, topic }));
    await harness.database.transaction((transaction) => outbox.enqueue(transaction, routed));
    const copies = await collect(log, topic);

    const job = { role: 'relay', name: relayName, maxBatch: 10 } as const;
    const frozen = startProcess([job]);
    await until('some records', () => copies.length >= 200, LIMIT);
    frozen.signal('SIGSTOP');
    await sleep(200);
    const already = copies.length;
    startProcess([job]);
    await until('the other to take over', () => copies.length >= count, LIMIT);
    frozen.signal('SIGCONT');
    await sleep(1_500);
    expect(already).toBeLessThan(count);
    expect(tally(copies)).toEqual(wholeTally(count));
  });

  it('relays rows whose transaction commits late, and none that was rolled back', async () => {
    const { open, name, harness } = context();
    const log = await open();
    const topic = name('relayed');
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    const relay = await log.relay({ name: name('relay'), database: harness.database });
    const copies = await collect(log, topic);
    const of = (value: string) => [{ topic, key: 'k', value: Buffer.from(value), headers: { from: 'test' } }];
    const values = (): (string | undefined)[] => copies.map(({ value }) => value?.toString());

    await harness.database.transaction(async (late) => {
      await relay.enqueue(late, of('late'));
      await harness.database.transaction((early) => relay.enqueue(early, of('early')));
      relay.wake();
      await until('the row that committed first', () => copies.length === 1);
    });
    await harness.database
      .transaction(async (transaction) => {
        await relay.enqueue(transaction, of('never'));
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    relay.wake();
    await until('the late row', () => copies.length === 2);
    // Unwoken, it is found by polling.
    await harness.database.transaction((transaction) => relay.enqueue(transaction, of('quiet')));
    await until('the row of which nobody told', () => copies.length === 3, 2_000);
    expect(values()).toEqual(['early', 'late', 'quiet']);
    expect(copies[0]?.headers).toMatchObject({ from: 'test' });
  });

  it('goes on after the server was killed and started again', { timeout: LIMIT }, async () => {
    const { open, name, harness } = context();
    const [writer, log] = await Promise.all([open(), open()]);
    const [input, output, table, group] = [name('input'), name('output'), name('rows'), name('group')];
    const relayed = name('relayed');
    await log.ensureTopics([
      { name: input, partitions: 3 },
      { name: output, partitions: 2 },
      { name: relayed, partitions: 2 },
    ]);
    await createRowsTable(harness.database, table);
    const relay = await log.relay({ name: name('relay'), database: harness.database, maxBatch: 10 });
    const rows = numbered(1_000, 40).map((record) => ({ ...record, topic: relayed }));
    await harness.database.transaction((transaction) => relay.enqueue(transaction, rows));
    const relayCopies = await collect(writer, relayed);
    const inputs = await collect(writer, input);
    const outputs = await collect(writer, output);
    const placeOf = (record: { partition: number; offset: bigint }): string =>
      `${record.partition.toString()}@${record.offset.toString()}`;
    await log.transform({
      group: `${group}-t`,
      topics: [input],
      maxBatch: 20,
      handler: async ({ records }) => {
        await sleep(2);
        return records.map((record) => ({
          topic: output,
          key: record.key,
          value: Buffer.from(placeOf(record)),
        }));
      },
    });
    await log.project({
      group: `${group}-p`,
      topics: [input],
      maxBatch: 20,
      database: harness.database,
      sink: async ({ records }, transaction) => {
        await transaction.query(
          `INSERT INTO ${table} (key, value) SELECT 'k', place FROM unnest($1::text[]) AS place`,
          [records.map(placeOf)],
        );
      },
    });

    const count = 4_000;
    let refused = 0;
    const append = async (): Promise<void> => {
      for (let from = 0; from < count;) {
        try {
          await writer.append(input, numbered(40, 20, from));
          from += 40;
        } catch {
          refused += 1;
          await sleep(50);
        }
      }
    };
    const appending = append();
    for (const progress of [800, 2_000]) {
      await until('progress', () => outputs.length >= progress, LIMIT);
      await harness.restart();
    }
    await appending;
    await until('all relayed', () => relayCopies.length >= rows.length, LIMIT);
    await until(
      'all inputs',
      () => new Set(inputs.map(({ value }) => value?.toString())).size === count,
      LIMIT,
    );
    await until('all outputs', () => outputs.length >= inputs.length, LIMIT);
    await until(
      'all rows',
      async () => (await rowsOf(harness.database, table)).length >= inputs.length,
      LIMIT,
    );
    await sleep(500);

    expect(tally(relayCopies)).toEqual(wholeTally(rows.length));
    // An append whose answer was lost was written twice by us; what was written is copied once all the same.
    const places = inputs.map(placeOf).sort();
    expect(new Set(places).size).toBe(places.length);
    expect(outputs.map(({ value }) => value?.toString()).sort()).toEqual(places);
    expect((await rowsOf(harness.database, table)).map(({ value }) => value).sort()).toEqual(places);
    console.info(`appends refused while the server was down: ${refused.toString()}`);
  });
}

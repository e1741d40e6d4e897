import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { EventLog } from '../port.js';
import type { ContractContext } from './contract.js';
import { collect, createRowsTable, numbered, rowsOf, tally, until, wholeTally } from './observe.js';
import { insertRows, type Job } from './worker.js';

export function ownership(context: () => ContractContext): void {
  it('shares lanes fairly with a worker that joins, and takes them over when it leaves', async () => {
    const { open, name } = context();
    const [one, two] = await Promise.all([open(), open()]);
    const [input, output, group] = [name('input'), name('output'), name('group')];
    await one.ensureTopics([
      { name: input, partitions: 6 },
      { name: output, partitions: 1 },
    ]);
    const join = (log: EventLog) =>
      log.transform({
        group,
        topics: [input],
        handler: ({ records }) =>
          Promise.resolve(records.map(({ key, value }) => ({ topic: output, key, value }))),
      });
    const first = await join(one);
    await until('the first to own all', () => first.lanes().length === 6);
    const second = await join(two);
    await until('an even share', () => first.lanes().length === 3 && second.lanes().length === 3);
    const owned = [...first.lanes(), ...second.lanes()].map(({ partition }) => partition);
    expect(owned.sort()).toEqual([0, 1, 2, 3, 4, 5]);
    await one.append(input, numbered(500, 50));
    const copies = await collect(one, output);
    await until('all by both', () => copies.length >= 500);
    await second.stop();
    await second.stop();
    expect(second.lanes()).toEqual([]);
    await until('the first to own all again', () => first.lanes().length === 6);
    await one.append(input, numbered(500, 50, 500));
    await until('all by the first', () => copies.length >= 1_000);
    expect(tally(copies)).toEqual(wholeTally(1_000));
  });

  it('does not evict a handler that is slower than the session timeout', { timeout: 60_000 }, async () => {
    const { open, name, harness } = context();
    const [one, two] = await Promise.all([open(), open()]);
    const [input, output, table] = [name('input'), name('output'), name('rows')];
    await one.ensureTopics([
      { name: input, partitions: 2 },
      { name: output, partitions: 1 },
    ]);
    await createRowsTable(harness.database, table);
    await one.append(input, numbered(20, 10));
    const slow = harness.sessionTimeout * 2.5;
    const handled = { transform: 0, project: 0 };
    const [transforms, projects] = [name('group'), name('group')];
    for (const log of [one, two]) {
      await log.transform({
        group: transforms,
        topics: [input],
        handler: async ({ records }) => {
          handled.transform += records.length;
          await sleep(slow);
          return records.map(({ key, value }) => ({ topic: output, key, value }));
        },
      });
      await log.project({
        group: projects,
        topics: [input],
        database: harness.database,
        sink: async (batch, transaction) => {
          handled.project += batch.records.length;
          await sleep(slow);
          await insertRows(transaction, table, batch);
        },
      });
      // Let the first have all in hand before the second joins, which may take nothing that is in hand.
      if (log === one) await until('all in hand', () => handled.transform === 20 && handled.project === 20);
    }
    const copies = await collect(one, output);
    await until('all outputs', () => copies.length >= 20, slow + 20_000);
    await until('all rows', async () => (await rowsOf(harness.database, table)).length >= 20, slow + 20_000);
    await sleep(500);
    expect(handled).toEqual({ transform: 20, project: 20 });
    expect(tally(copies)).toEqual(wholeTally(20));
    expect(tally(await rowsOf(harness.database, table))).toEqual(wholeTally(20));
  });

  it('commits what is in hand when it stops, and another goes on soon', async () => {
    const { open, name, harness } = context();
    const [one, two] = await Promise.all([open(), open()]);
    const [input, output, group] = [name('input'), name('output'), name('group')];
    await one.ensureTopics([
      { name: input, partitions: 1 },
      { name: output, partitions: 1 },
    ]);
    await one.append(input, numbered(20, 5));
    const calls: string[] = [];
    const join = (log: EventLog, who: string, takes: number) =>
      log.transform({
        group,
        topics: [input],
        maxBatch: 10,
        handler: async ({ records }) => {
          calls.push(`${who} from ${(records[0]?.offset ?? -1n).toString()}`);
          await sleep(takes);
          return records.map(({ key, value }) => ({ topic: output, key, value }));
        },
      });
    const first = await join(one, 'one', 400);
    await until('the first to be at work', () => calls.length === 1);
    await join(two, 'two', 0);
    const copies = await collect(two, output);
    await first.stop();
    const left = Date.now();
    await until('the rest', () => copies.length >= 20);
    // By leaving, not by falling silent.
    expect(Date.now() - left).toBeLessThan(harness.sessionTimeout);
    await sleep(200);
    expect(calls).toEqual(['one from 0', 'two from 10']);
    expect(tally(copies)).toEqual(wholeTally(20));
  });

  it('lets a worker that was frozen, and overtaken, commit nothing', { timeout: 60_000 }, async () => {
    const { open, name, harness, startProcess } = context();
    const log = await open();
    const [input, output, table, group] = [name('input'), name('output'), name('rows'), name('group')];
    await log.ensureTopics([
      { name: input, partitions: 1 },
      { name: output, partitions: 1 },
    ]);
    await createRowsTable(harness.database, table);
    await log.append(input, numbered(20, 5));
    const jobs = (milliseconds: number): Job[] => {
      const common = {
        topics: [input],
        limits: { maxBatch: 10 },
        takes: [milliseconds, milliseconds],
        tell: true,
      } as const;
      return [
        { ...common, role: 'transform', group: `${group}-t`, output },
        { ...common, role: 'project', group: `${group}-p`, table },
      ];
    };
    const frozen = startProcess(jobs(300));
    for (const kind of ['t', 'p']) {
      await frozen.heard((message) => message.type === 'handling' && message.group === `${group}-${kind}`);
    }
    frozen.signal('SIGSTOP');
    const copies = await collect(log, output);
    const already = copies.length;
    startProcess(jobs(0));
    await until('the other to take over', () => copies.length >= 20, harness.sessionTimeout + 20_000);
    await until('all rows', async () => (await rowsOf(harness.database, table)).length >= 20, 20_000);
    frozen.signal('SIGCONT');
    // It wakes in its handler, which ends, and tries to commit.
    await sleep(1_500);
    expect(already).toBeLessThan(20);
    expect(tally(copies)).toEqual(wholeTally(20));
    expect(tally(await rowsOf(harness.database, table))).toEqual(wholeTally(20));
  });

  it('carries on after a frozen worker wakes: it joins again and works', { timeout: 60_000 }, async () => {
    const { open, name, harness, startProcess } = context();
    const log = await open();
    const [input, output, group] = [name('input'), name('output'), name('group')];
    await log.ensureTopics([
      { name: input, partitions: 2 },
      { name: output, partitions: 1 },
    ]);
    const worker = startProcess([{ role: 'transform', group, topics: [input], output, tell: true }]);
    const copies = await collect(log, output);
    await log.append(input, numbered(10, 5));
    await until('the first records', () => copies.length >= 10);
    worker.signal('SIGSTOP');
    await sleep(harness.sessionTimeout * 1.5);
    worker.signal('SIGCONT');
    await log.append(input, numbered(10, 5, 10));
    await until('the next records', () => copies.length >= 20);
    expect(tally(copies)).toEqual(wholeTally(20));
    expect(await worker.stop()).toBe(0);
  });
}

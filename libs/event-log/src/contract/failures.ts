import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { quarantineTopic, type Batch, type LaneReport } from '../port.js';
import type { ContractContext } from './contract.js';
import {
  collect,
  createRowsTable,
  measureHeld,
  numbered,
  rowsOf,
  tally,
  until,
  wholeTally,
} from './observe.js';
import { insertRows } from './worker.js';

const POISON = 'poison';

const refusePoison = ({ records }: Batch): void => {
  if (records.some(({ key }) => key === POISON)) throw new TypeError('no such field');
};

export function failures(context: () => ContractContext): void {
  it.each(['transform', 'project'] as const)(
    '%s: a poison record stops its own lane, until an order from another process skips it',
    async (verb) => {
      const { open, name, harness, startProcess } = context();
      const log = await open();
      const [input, output, table, group] = [name('input'), name('output'), name('rows'), name('group')];
      await log.ensureTopics([
        { name: input, partitions: 3 },
        { name: output, partitions: 1 },
      ]);
      await createRowsTable(harness.database, table);
      const poison = { key: POISON, value: Buffer.from('x'), headers: { traceparent: 'kept' } };
      await log.append(input, numbered(300, 30));
      await log.append(input, [poison]);
      await log.append(input, numbered(300, 30, 300));
      const all = await collect(log, input);
      await until('the input', () => all.length === 601);
      const poisoned = all.find(({ key }) => key === POISON);
      if (poisoned === undefined) throw new Error('The poison is not in the input');
      const stopped = all.filter(
        ({ partition, offset }) => partition === poisoned.partition && offset > poisoned.offset,
      );

      const reports: LaneReport[] = [];
      const options = {
        group,
        topics: [input],
        attempts: 3,
        retryDelay: 20,
        parkedRetryDelay: 60_000,
        onLane: (report: LaneReport) => void reports.push(report),
      };
      const worker =
        verb === 'transform'
          ? await log.transform({
              ...options,
              handler: (batch) => {
                refusePoison(batch);
                return Promise.resolve(
                  batch.records.map(({ key, value }) => ({ topic: output, key, value })),
                );
              },
            })
          : await log.project({
              ...options,
              database: harness.database,
              sink: async (batch, transaction) => {
                await insertRows(transaction, table, batch);
                refusePoison(batch);
              },
            });
      const outputs = await collect(log, output);
      const copies = async () => (verb === 'transform' ? outputs : rowsOf(harness.database, table));

      // All that comes before the poison is done, and all of the other lanes; nothing after it is.
      const before = 600 - stopped.length;
      await until('a parked lane', () => reports.length > 0);
      await until('the rest', async () => (await copies()).length >= before);
      await sleep(200);
      expect((await copies()).length).toBe(before);
      const place = { group, topic: input, partition: poisoned.partition };
      const parked = worker.lanes().filter(({ state }) => state === 'parked');
      expect(parked).toHaveLength(1);
      expect(parked[0]).toMatchObject({
        ...place,
        position: poisoned.offset,
        failure: { offset: poisoned.offset, key: POISON, error: 'TypeError: no such field', attempts: 3 },
      });
      expect(parked[0]?.failure?.since).toBeInstanceOf(Date);
      expect(reports).toHaveLength(1);

      // Orders for other records, lanes and groups do nothing.
      await log.quarantine({ ...place, offset: poisoned.offset + 1n, by: 'o', because: 'wrong record' });
      await log.quarantine({
        ...place,
        group: 'other',
        offset: poisoned.offset,
        by: 'o',
        because: 'wrong group',
      });
      await sleep(200);
      expect(worker.lanes().filter(({ state }) => state === 'parked')).toHaveLength(1);

      const order = { ...place, by: 'operator@agency', because: 'Sent in error' };
      startProcess([{ role: 'quarantine', order: { ...order, offset: poisoned.offset.toString() } }]);
      await until('the lane to go on', async () => (await copies()).length >= 600);
      await sleep(200);
      expect(tally(await copies())).toEqual(wholeTally(600));
      expect(reports.at(-1)).toMatchObject({ ...place, state: 'running' });
      const kept = await collect(log, quarantineTopic(input));
      await until('the quarantined record', () => kept.length > 0);
      expect(kept).toHaveLength(1);
      expect(kept[0]).toMatchObject({
        key: POISON,
        value: poison.value,
        headers: {
          traceparent: 'kept',
          'quarantine-by': order.by,
          'quarantine-because': order.because,
          'quarantine-group': group,
          'quarantine-topic': input,
          'quarantine-partition': poisoned.partition.toString(),
          'quarantine-offset': poisoned.offset.toString(),
        },
      });
    },
  );

  it('heals by itself, without parking a lane, when a handler fails for a while', async () => {
    const { open, name, harness } = context();
    const log = await open();
    const [input, output, table] = [name('input'), name('output'), name('rows')];
    await log.ensureTopics([
      { name: input, partitions: 2 },
      { name: output, partitions: 2 },
    ]);
    await createRowsTable(harness.database, table);
    await log.append(input, numbered(500, 20));
    const reports: LaneReport[] = [];
    const common = {
      topics: [input],
      retryDelay: 100,
      onLane: (report: LaneReport) => void reports.push(report),
    };
    const healthyFrom = Date.now() + 400;
    const failForAWhile = (): void => {
      if (Date.now() < healthyFrom) throw new Error('out of sorts');
    };
    await log.transform({
      ...common,
      group: name('group'),
      handler: (batch) => {
        failForAWhile();
        return Promise.resolve(batch.records.map(({ key, value }) => ({ topic: output, key, value })));
      },
    });
    await log.project({
      ...common,
      group: name('group'),
      database: harness.database,
      sink: async (batch, transaction) => {
        await insertRows(transaction, table, batch);
        failForAWhile();
      },
    });
    const copies = await collect(log, output);
    await until('all outputs', () => copies.length >= 500);
    await until('all rows', async () => (await rowsOf(harness.database, table)).length >= 500);
    expect(tally(copies)).toEqual(wholeTally(500));
    expect(tally(await rowsOf(harness.database, table))).toEqual(wholeTally(500));
    expect(reports).toEqual([]);
  });

  it('retries a parked lane by itself', async () => {
    const { open, name } = context();
    const log = await open();
    const [input, output] = [name('input'), name('output')];
    await log.ensureTopics([
      { name: input, partitions: 1 },
      { name: output, partitions: 1 },
    ]);
    await log.append(input, numbered(10, 2));
    const states: string[] = [];
    let healthy = false;
    await log.transform({
      group: name('group'),
      topics: [input],
      attempts: 2,
      retryDelay: 10,
      parkedRetryDelay: 100,
      onLane: ({ state }) => void states.push(state),
      handler: ({ records }) => {
        if (!healthy && records.some(({ offset }) => offset === 5n))
          return Promise.reject(new Error('not yet'));
        return Promise.resolve(records.map(({ key, value }) => ({ topic: output, key, value })));
      },
    });
    await until('the lane to park', () => states.length === 1);
    await sleep(350);
    expect(states).toEqual(['parked']);
    healthy = true;
    const copies = await collect(log, output);
    await until('all', () => copies.length >= 10);
    expect(tally(copies)).toEqual(wholeTally(10));
    expect(states).toEqual(['parked', 'running']);
  });

  it('holds no more than its bound, however much there is and however slow the handler', async () => {
    const { open, name, harness } = context();
    const log = await open();
    const [input, group] = [name('input'), name('group')];
    const [lanes, size, concurrency, maxBytes, maxBatch] = [6, 4_096, 2, 128 * 1024, 100_000];
    await log.ensureTopics([{ name: input, partitions: lanes }]);
    const value = Buffer.alloc(size, 1);
    for (let chunk = 0; chunk < 10; chunk += 1) {
      await log.append(
        input,
        Array.from({ length: 500 }, (_, index) => ({ key: `k${index.toString()}`, value })),
      );
    }
    const held = measureHeld(group);
    let [inHand, mostInHand, calls, largest] = [0, 0, 0, 0];
    const worker = await log.transform({
      group,
      topics: [input],
      concurrency,
      maxBytes,
      maxBatch,
      handler: async ({ records }) => {
        calls += 1;
        inHand += 1;
        mostInHand = Math.max(mostInHand, inHand);
        largest = Math.max(largest, records.length * size);
        await sleep(50);
        inHand -= 1;
        return [];
      },
    });
    await until('many calls', () => calls >= 30);
    await worker.stop();
    held.stop();
    const overshoot = size + 16;
    expect(mostInHand).toBe(concurrency);
    expect(largest).toBeLessThanOrEqual(maxBytes + overshoot);
    // The batches must fill the bound, or its being kept would say nothing.
    expect(largest).toBeGreaterThan(maxBytes / 2);
    expect(held.peak().bytes).toBeGreaterThan(maxBytes / 2);
    const holders = harness.readsAhead === true ? lanes : concurrency;
    expect(held.peak().bytes).toBeLessThanOrEqual(holders * (maxBytes + overshoot));
  });
}

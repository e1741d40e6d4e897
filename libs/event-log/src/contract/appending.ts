import { expect, it } from 'vitest';
import type { ContractContext } from './contract.js';
import { collect, numbered, tally, until, wholeTally } from './observe.js';

export function appending(context: () => ContractContext): void {
  it('keeps the order of each key, in one partition, with value, headers and time', async () => {
    const { open, name } = context();
    const log = await open();
    const topic = name('topic');
    await log.ensureTopics([{ name: topic, partitions: 4 }]);
    const started = Date.now();
    const records = numbered(3_000, 50);
    await log.append(topic, records.slice(0, 1));
    await Promise.all([log.append(topic, records.slice(1, 1_000)), log.ping()]);
    await log.append(topic, records.slice(1_000));
    await log.append(topic, [
      { key: 'ünï', value: Buffer.from([0, 255, 10]), headers: { traceparent: '00-ä' } },
    ]);

    const read = await collect(log, topic);
    await until('all records', () => read.length >= 3_001);
    const special = read.find(({ key }) => key === 'ünï');
    const copies = read.filter((record) => record !== special);
    expect(tally(copies)).toEqual(wholeTally(3_000));
    expect(special).toMatchObject({ topic, headers: { traceparent: '00-ä' } });
    expect(special?.value).toEqual(Buffer.from([0, 255, 10]));
    expect(Math.abs((special?.timestamp ?? 0) - started)).toBeLessThan(60_000);

    const partitionOfKey = new Map(copies.map(({ key, partition }) => [key, partition]));
    expect(copies.every(({ key, partition }) => partitionOfKey.get(key) === partition)).toBe(true);
    expect(new Set(partitionOfKey.values()).size).toBeGreaterThan(1);
    const newest = new Map<number, bigint>();
    for (const { partition, offset } of read) {
      expect(offset).toBeGreaterThan(newest.get(partition) ?? -1n);
      newest.set(partition, offset);
    }
  });

  it('writes nothing for no records, and says when a topic is missing or too narrow', async () => {
    const { open, name } = context();
    const log = await open();
    const topic = name('topic');
    await expect(log.append(topic, numbered(1, 1))).rejects.toMatchObject({ code: 'unknown-topic' });
    await log.ensureTopics([{ name: topic, partitions: 2 }]);
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    await log.append(topic, []);
    await expect(log.ensureTopics([{ name: topic, partitions: 3 }])).rejects.toMatchObject({
      code: 'too-few-partitions',
    });
    await log.close();
    await expect(log.append(topic, numbered(1, 1))).rejects.toMatchObject({ code: 'closed' });
  });

  it('writes a record where it is told to, whatever its key, and nowhere that is not', async () => {
    const { open, name, harness } = context();
    const log = await open();
    const [topic, copied] = [name('topic'), name('copied')];
    await log.ensureTopics([
      { name: topic, partitions: 4 },
      { name: copied, partitions: 4 },
    ]);
    expect(await log.partitions(topic)).toBe(4);
    await expect(log.partitions(name('none'))).rejects.toMatchObject({ code: 'unknown-topic' });
    const [read, copies] = [await collect(log, topic), await collect(log, copied)];
    const records = Array.from({ length: 200 }, (_, number) => ({
      key: 'one for all',
      partition: number % 4,
      value: Buffer.from(number.toString()),
    }));
    await log.append(topic, records.slice(0, 100));
    const relay = await log.relay({ name: name('relay'), database: harness.database });
    const routed = records.slice(100).map((record) => ({ ...record, topic }));
    await harness.database.transaction((transaction) => relay.enqueue(transaction, routed));
    relay.wake();
    await log.transform({
      group: name('group'),
      topics: [topic],
      handler: ({ partition, records: batch }) =>
        Promise.resolve(
          batch.map(({ key, value }) => ({ topic: copied, key, partition: 3 - partition, value })),
        ),
    });
    await until('all copies', () => copies.length === 200);
    for (const [all, place] of [
      [read, (number: number) => number % 4],
      [copies, (number: number) => 3 - (number % 4)],
    ] as const) {
      for (const { partition, value } of all) expect(partition).toBe(place(Number(value?.toString())));
      for (const at of [0, 1, 2, 3]) {
        const numbers = all.filter((one) => one.partition === at).map((one) => Number(one.value?.toString()));
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        expect(numbers).toHaveLength(50);
      }
    }
    const nowhere = log.append(topic, [{ key: 'k', partition: 4, value: Buffer.from('lost') }]);
    await expect(nowhere).rejects.toMatchObject({ code: 'unknown-topic' });
  });

  it('gives a handler at most about so many bytes', async () => {
    const { open, name } = context();
    const log = await open();
    const topic = name('topic');
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    await log.append(
      topic,
      Array.from({ length: 100 }, () => ({ key: 'k', value: Buffer.alloc(1_000) })),
    );
    const sizes: number[] = [];
    await log.transform({
      group: name('group'),
      topics: [topic],
      maxBatchBytes: 5_000,
      handler: ({ records }) => {
        sizes.push(records.length);
        return Promise.resolve([]);
      },
    });
    await until('all records', () => sizes.reduce((sum, size) => sum + size, 0) === 100);
    // Up to the record with which it is reached.
    expect(Math.max(...sizes)).toBe(5);
  });

  it('makes a topic once, however many ask at the same time', async () => {
    const { open, name } = context();
    const logs = await Promise.all([open(), open(), open()]);
    const topic = name('topic');
    await Promise.all(logs.map((log) => log.ensureTopics([{ name: topic, partitions: 3 }])));
    await Promise.all(logs.map((log, index) => log.append(topic, numbered(100, 10, index * 100))));
    const read = await collect(logs[0], topic);
    await until('all records', () => read.length >= 300);
    expect(tally(read)).toMatchObject({ distinct: 300, repeated: 0 });
  });

  it('has on disk what an append has resolved for: the server is killed at once', async () => {
    const { open, name, harness } = context();
    const log = await open();
    const topic = name('topic');
    await log.ensureTopics([{ name: topic, partitions: 3 }]);
    let acknowledged = 0;
    let going = true;
    const append = async (): Promise<void> => {
      while (going) {
        await log.append(topic, numbered(50, 10, acknowledged));
        acknowledged += 50;
      }
    };
    const appending = append().catch(() => undefined);
    await until('some appends', () => acknowledged >= 500);
    await harness.restart();
    going = false;
    await appending;

    const read = await collect(await open(), topic);
    await until('what was acknowledged', () => read.length >= acknowledged);
    const numbers = new Set(read.map(({ value }) => Number(value?.toString())));
    for (let number = 0; number < acknowledged; number += 1) expect(numbers.has(number)).toBe(true);
  });
}

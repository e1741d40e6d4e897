import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { kafkaForSuite, whyNoKafkaSuites } from '../../../../test/kafka/suite.js';
import type { EventLog, LaneReport, Tail, Worker } from '../port.js';
import { Client, type KafkaEventLogOptions } from './client.js';
import { createKafkaEventLog } from './event-log.js';
import { transactionalProducer } from './kafkajs-transactions.js';
import { committedOffset } from './offsets.js';
import { kafkaOutboxTarget, RELAY_POSITIONS } from './outbox-target.js';

const SESSION_TIMEOUT = 2_000;

/** What is Kafka's own; what both adapters promise is in the contract suite. */
describe.skipIf(await whyNoKafkaSuites())('the Kafka adapter', () => {
  let broker: Awaited<ReturnType<typeof kafkaForSuite>>;
  let options: KafkaEventLogOptions;
  let client: Client;
  let log: EventLog;
  const stopping: (Worker | Tail)[] = [];

  beforeAll(async () => {
    broker = await kafkaForSuite();
    options = {
      brokers: [broker.brokers],
      clientId: 'kafka-test',
      prefix: `kafka-${randomUUID()}-`,
      sessionTimeout: SESSION_TIMEOUT,
    };
    client = new Client(options);
    log = createKafkaEventLog(options);
  });
  afterEach(async () => {
    await Promise.all(stopping.splice(0).map((one) => one.stop()));
  });
  afterAll(async () => {
    await log.close();
    await broker.stop();
  });

  async function topics(partitions = 1): Promise<[input: string, output: string]> {
    const run = randomUUID();
    await log.ensureTopics([
      { name: `in-${run}`, partitions },
      { name: `out-${run}`, partitions },
    ]);
    return [`in-${run}`, `out-${run}`];
  }

  const numbered = (count: number, bytes = 1) =>
    Array.from({ length: count }, (_, index) => ({
      key: index.toString(),
      value: Buffer.alloc(bytes, index),
    }));

  async function read(topic: string): Promise<string[]> {
    const keys: string[] = [];
    const tail = await log.tail({ topic, handler: ({ key }) => void keys.push(key) });
    await tail.caughtUp;
    await tail.stop();
    return keys;
  }

  it('keeps the other lanes of a broker going at full speed while one is parked', async () => {
    const [input, output] = await topics(4);
    await log.append(input, numbered(200));
    const reports: LaneReport[] = [];
    const worker = await log.transform({
      group: input,
      topics: [input],
      maxBytes: 64,
      concurrency: 1,
      attempts: 2,
      retryDelay: 5_000,
      parkedRetryDelay: 60_000,
      onLane: (report) => reports.push(report),
      handler: ({ partition, records }) =>
        partition === 0
          ? Promise.reject(new Error('poison'))
          : Promise.resolve(records.map(({ key, value }) => ({ topic: output, key, value }))),
    });
    stopping.push(worker);
    const others = (): LaneReport[] => worker.lanes().filter(({ partition }) => partition !== 0);
    const started = Date.now();
    const done = async (): Promise<boolean> => {
      const positions = others().map(({ position }) => Number(position));
      const sum = positions.reduce((total, position) => total + position, 0);
      const first = await committedOffset(client, { group: input, topic: input, partition: 0 });
      return first === undefined && sum > 100;
    };
    await expect.poll(done, { timeout: 5_000 }).toBe(true);
    // The poison lane is between its tries, for 5 s: nobody has waited for it.
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(reports).toEqual([]);
    await log.append(input, numbered(200));
    await expect
      .poll(() => others().reduce((sum, { position }) => sum + Number(position), 0), { timeout: 4_000 })
      .toBeGreaterThan(200);
  });

  it('does not evict a worker whose handler takes longer than the session timeout', async () => {
    const [input, output] = await topics();
    await log.append(input, numbered(3));
    let calls = 0;
    const worker = await log.transform({
      group: input,
      topics: [input],
      handler: async ({ records }) => {
        calls += 1;
        await sleep(SESSION_TIMEOUT * 2);
        return records.map(({ key, value }) => ({ topic: output, key, value }));
      },
    });
    stopping.push(worker);
    await expect.poll(() => worker.lanes()[0]?.position, { timeout: 15_000 }).toBe(3n);
    expect(calls).toBe(1);
    expect(await read(output)).toEqual(['0', '1', '2']);
  });

  it('splits by bytes what is written in one call', async () => {
    const [input, output] = await topics();
    const megabytes = 5;
    await log.append(input, numbered(megabytes, 900_000));
    expect(await read(input)).toHaveLength(megabytes);
    const worker = await log.transform({
      group: input,
      topics: [input],
      handler: ({ records }) =>
        Promise.resolve(
          records.flatMap(({ key, value }) => [
            { topic: output, key: `${key}a`, value },
            { topic: output, key: `${key}b`, value },
          ]),
        ),
    });
    stopping.push(worker);
    await expect.poll(() => worker.lanes()[0]?.position, { timeout: 15_000 }).toBe(BigInt(megabytes));
    expect(await read(output)).toHaveLength(megabytes * 2);
  });

  it('refuses a record that is too large, and parks the lane whose handler gives one', async () => {
    const [input, output] = await topics();
    const value = Buffer.alloc(2_000_000);
    await expect(log.append(input, [{ key: 'k', value }])).rejects.toMatchObject({
      code: 'record-too-large',
    });
    await log.append(input, numbered(1));
    const parked = Promise.withResolvers<LaneReport>();
    const worker = await log.transform({
      group: input,
      topics: [input],
      attempts: 1,
      onLane: parked.resolve,
      handler: () => Promise.resolve([{ topic: output, key: 'k', value }]),
    });
    stopping.push(worker);
    expect((await parked.promise).failure?.error).toContain('EventLogError');
  });

  it('commits the position of batches that have no outputs, one after another', async () => {
    const [input] = await topics();
    const count = 30;
    const worker = await log.transform({
      group: input,
      topics: [input],
      maxBatch: 1,
      handler: () => Promise.resolve([]),
    });
    stopping.push(worker);
    await log.append(input, numbered(count));
    await expect.poll(() => worker.lanes()[0]?.position, { timeout: 15_000 }).toBe(BigInt(count));
    const lane = { group: input, topic: input, partition: 0 };
    expect(await committedOffset(client, lane)).toBe(BigInt(count));
  });

  it('moves a lane to a worker that joins, and back when it leaves, without losing or repeating a record', async () => {
    const [input, output] = await topics(4);
    const other = createKafkaEventLog(options);
    const work = {
      group: input,
      topics: [input],
      maxBatch: 7,
      handler: async ({ records }: { records: readonly { key: string; value: Buffer | null }[] }) => {
        await sleep(10);
        return records.map(({ key, value }) => ({ topic: output, key, value }));
      },
    };
    const first = await log.transform(work);
    stopping.push(first);
    await log.append(input, numbered(500));
    await expect.poll(() => first.lanes().length, { timeout: 10_000 }).toBe(4);
    const second = await other.transform(work);
    await expect.poll(() => second.lanes().length, { timeout: 10_000 }).toBe(2);
    await log.append(input, numbered(1_000).slice(500));
    await second.stop();
    await expect.poll(() => first.lanes().length, { timeout: 10_000 }).toBe(4);
    await log.append(input, numbered(1_500).slice(1_000));
    await expect.poll(async () => (await read(output)).length, { timeout: 20_000 }).toBe(1_500);
    const keys = await read(output);
    expect(new Set(keys).size).toBe(1_500);
    await other.close();
  });

  it('catches up at once with an empty topic, follows it, and leaves no group behind', async () => {
    const [topic] = await topics(3);
    const keys: string[] = [];
    const tail = await log.tail({ topic, handler: ({ key }) => void keys.push(key) });
    await tail.caughtUp;
    await log.append(topic, numbered(10));
    await expect.poll(() => keys.length, { timeout: 10_000 }).toBe(10);
    const groups = () => client.admin(async (admin) => (await admin.listGroups()).groups);
    const mine = async () => (await groups()).filter(({ groupId }) => groupId.includes(topic));
    expect(await mine()).toHaveLength(1);
    await tail.stop();
    expect(await mine()).toHaveLength(0);
  });

  it("keeps a relay's position in a group without members, and fences the relay that was there before", async () => {
    const [topic] = await topics();
    await log.ensureTopics([RELAY_POSITIONS]);
    const name = randomUUID();
    const old = kafkaOutboxTarget(client, name);
    expect(await old.claim()).toBe(0n);
    const records = [{ topic, key: 'a', value: null }];
    await old.write(5n, records);
    const next = kafkaOutboxTarget(client, name);
    expect(await next.claim()).toBe(5n);
    await expect(old.write(6n, records)).rejects.toMatchObject({ code: 'stale-owner' });
    await next.write(6n, records);
    await next.write(7n, []);
    expect(await next.claim()).toBe(7n);
    expect(await read(topic)).toHaveLength(2);
    await old.release();
    await next.release();
  });

  it('asks for a transaction what has to be asked, and goes on soon after the one before', async () => {
    const [topic] = await topics(2);
    await log.ensureTopics([RELAY_POSITIONS]);
    const group = randomUUID();
    // Waits until a new broker has loaded the group's part of its offsets.
    expect(await committedOffset(client, { group, topic, partition: 0 })).toBeUndefined();
    const producer = transactionalProducer(client, `${group}/${topic}/0`);
    const asked = new Map<string, number>();
    producer.on('producer.network.request', ({ payload: { apiName } }) => {
      asked.set(apiName, (asked.get(apiName) ?? 0) + 1);
    });
    await producer.connect();
    const rounds = 20;
    for (let round = 0; round < rounds; round += 1) {
      const transaction = await producer.transaction();
      await Promise.all([
        transaction.send({ topic: client.topic(topic), messages: [{ key: round.toString(), value: 'x' }] }),
        transaction.sendOffsets({
          consumerGroupId: client.group(group),
          topics: [
            { topic: client.topic(topic), partitions: [{ partition: 0, offset: (round + 1).toString() }] },
          ],
        }),
      ]);
      await transaction.commit();
    }
    await producer.disconnect();
    expect(asked.get('EndTxn')).toBe(rounds);
    expect(asked.get('TxnOffsetCommit')).toBe(rounds);
    // Of the transaction and of the group, again while a new broker still loads them, and not for each request.
    expect(asked.get('GroupCoordinator')).toBeLessThan(rounds);
    // One that follows closely is told to wait; it does not ask for all metadata because of that.
    expect(asked.get('Metadata')).toBeLessThan(rounds);
    expect(await committedOffset(client, { group, topic, partition: 0 })).toBe(BigInt(rounds));
    expect(await read(topic)).toHaveLength(rounds);
  });

  it('says which topic is missing', async () => {
    const missing = { code: 'unknown-topic' };
    await expect(log.append('nowhere', numbered(1))).rejects.toMatchObject(missing);
    await expect(log.tail({ topic: 'nowhere', handler: () => undefined })).rejects.toMatchObject(missing);
    const handler = () => Promise.resolve([]);
    await expect(log.transform({ group: 'g', topics: ['nowhere'], handler })).rejects.toMatchObject(missing);
  });
});

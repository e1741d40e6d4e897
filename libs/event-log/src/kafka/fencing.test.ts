import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaForSuite, whyNoKafkaSuites } from '../../../../test/kafka/suite.js';
import type { EventLog } from '../port.js';
import { Client } from './client.js';
import { createKafkaEventLog } from './event-log.js';
import { openWriter } from './transaction.js';
import { startTransform, type OpeningSeams } from './transform.js';

const RECORDS = 10;
const OLD_OWNERS_SHARE = 6;
const noOrders = { find: () => undefined, watch: () => () => undefined };

describe.skipIf(await whyNoKafkaSuites())('a lane that changes hands', () => {
  let broker: Awaited<ReturnType<typeof kafkaForSuite>>;
  let client: Client;
  let log: EventLog;

  beforeAll(async () => {
    broker = await kafkaForSuite();
    const options = { brokers: [broker.brokers], clientId: 'fencing', prefix: `fencing-${randomUUID()}-` };
    client = new Client(options);
    log = createKafkaEventLog(options);
  });
  afterAll(async () => {
    await log.close();
    await broker.stop();
  });

  /**
   * The race of kafkajs: the new owner has fetched from the group's committed offset, 0; only then does the
   * old owner, which does not know yet that it lost the lane, commit its first records; and only then does the
   * new owner fence it.
   */
  async function race(seams: Pick<OpeningSeams, 'positionInstead'>): Promise<string[]> {
    const run = randomUUID();
    const [input, output, group] = [`in-${run}`, `out-${run}`, `group-${run}`];
    const lane = { group, topic: input, partition: 0 };
    const keys = Array.from({ length: RECORDS }, (_, index) => `r${index.toString()}`);
    await log.ensureTopics([
      { name: input, partitions: 1 },
      { name: output, partitions: 1 },
    ]);
    await log.append(
      input,
      keys.map((key) => ({ key, value: Buffer.from('x') })),
    );
    const oldOwner = await openWriter(client, lane);

    const worker = await startTransform(
      client,
      noOrders,
      {
        group,
        topics: [input],
        handler: ({ records }) =>
          Promise.resolve(records.map(({ key, value }) => ({ topic: output, key, value }))),
      },
      {
        ...seams,
        beforeFencing: async () => {
          const share = keys.slice(0, OLD_OWNERS_SHARE);
          await oldOwner
            .commit(
              share.map((key) => ({ topic: output, key, value: null })),
              BigInt(OLD_OWNERS_SHARE),
            )
            // At a second opening it has been fenced, as it should be.
            .catch(() => undefined);
        },
      },
    );
    await expect.poll(() => worker.lanes()[0]?.position, { timeout: 20_000 }).toBe(BigInt(RECORDS));
    await worker.stop();
    await oldOwner.close();

    const written: string[] = [];
    const tail = await log.tail({ topic: output, handler: ({ key }) => void written.push(key) });
    await tail.caughtUp;
    await tail.stop();
    return written;
  }

  it('is handled exactly once when the position is read again after fencing', async () => {
    const written = await race({});
    expect(written).toEqual(Array.from({ length: RECORDS }, (_, index) => `r${index.toString()}`));
  });

  it('would be handled twice if it were not (control run)', async () => {
    const written = await race({ positionInstead: () => Promise.resolve(0n) });
    expect(written).toHaveLength(RECORDS + OLD_OWNERS_SHARE);
    expect(new Set(written).size).toBe(RECORDS);
  });

  it('cannot be committed to by its old owner any more', async () => {
    const topic = `fenced-${randomUUID()}`;
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    const lane = { group: topic, topic, partition: 0 };
    const old = await openWriter(client, lane);
    const owner = await openWriter(client, lane);
    await expect(old.commit([], 1n)).rejects.toMatchObject({ code: 'stale-owner' });
    expect(old.usable).toBe(false);
    await owner.commit([], 2n);
    await old.close();
    await owner.close();
  });
});

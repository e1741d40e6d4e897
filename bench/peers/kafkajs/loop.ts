/**
 * A bare loop over kafkajs, as an agency might write it: reads events, picks each recipient's fields by hand, and
 * writes them in transactions of up to 1,000 events together with the position in the input. It decides nothing,
 * audits nothing and fences nobody.
 *
 *   loop.ts <brokers> <group> <records|blocks> <input topic> <output topic ...>
 *
 * `records`: one record for each disclosure. `blocks`: those of a transaction in one record, compressed by zstd.
 */
import { constants, zstdCompressSync } from 'node:zlib';
import kafkajs, { type EachBatchPayload, type KafkaMessage, type Message, type Producer } from 'kafkajs';
import { PICKED } from './picks.js';

const [, , brokers = '', group = '', shape = '', input = '', ...outputs] = process.argv;

const MAX_EVENTS = 1_000;
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

const kafka = new kafkajs.Kafka({
  clientId: group,
  brokers: brokers.split(','),
  logLevel: kafkajs.logLevel.ERROR,
  // Transactions that follow each other closely are told to wait for a moment; 300 ms would stall them.
  retry: { initialRetryTime: 20, retries: 20 },
});
const producers = new Map<number, Promise<Producer>>();
const consumer = kafka.consumer({
  groupId: group,
  maxBytesPerPartition: 4 * 1024 * 1024,
  maxBytes: 32 * 1024 * 1024,
});

let said = false;

await consumer.connect();
await consumer.subscribe({ topic: input, fromBeginning: true });
await consumer.run({
  autoCommit: false,
  eachBatchAutoResolve: false,
  partitionsConsumedConcurrently: 6,
  eachBatch,
});

process.once('SIGTERM', () => {
  void consumer
    .disconnect()
    .then(() => Promise.all([...producers.values()].map(async (producer) => (await producer).disconnect())))
    .then(() => process.exit(0));
});

async function eachBatch({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload) {
  sayOnce();
  const producer = await producerOf(batch.partition);
  for (let from = 0; from < batch.messages.length; from += MAX_EVENTS) {
    if (!isRunning() || isStale()) return;
    const messages = batch.messages.slice(from, from + MAX_EVENTS);
    const next = (BigInt(messages.at(-1)?.offset ?? '0') + 1n).toString();
    const transaction = await producer.transaction();
    try {
      const topicMessages = project(messages, batch.partition);
      await transaction.sendBatch({ acks: -1, topicMessages });
      await transaction.sendOffsets({
        consumerGroupId: group,
        topics: [{ topic: input, partitions: [{ partition: batch.partition, offset: next }] }],
      });
      await transaction.commit();
    } catch (error) {
      await transaction.abort();
      throw error;
    }
    resolveOffset(messages.at(-1)?.offset ?? '0');
    await heartbeat();
  }
}

function project(
  messages: readonly KafkaMessage[],
  partition: number,
): { topic: string; messages: Message[] }[] {
  const events = messages.map(({ value }) => JSON.parse(value?.toString() ?? '') as never);
  return outputs.map((topic, at) => {
    const picked = PICKED[at];
    if (picked === undefined) throw new Error('there are three recipients');
    const lines = events.map((event) => JSON.stringify(picked(event)));
    if (shape === 'records') {
      return { topic, messages: lines.map((value, index) => ({ key: messages[index]?.key ?? null, value })) };
    }
    return { topic, messages: [{ partition, value: zstdCompressSync(lines.join('\n'), FAST) }] };
  });
}

/** The clock of the benchmark begins. */
function sayOnce(): void {
  if (!said) console.log('first input');
  said = true;
}

/** One transactional producer for each partition of the input. */
function producerOf(partition: number): Promise<Producer> {
  const known = producers.get(partition);
  if (known !== undefined) return known;
  const opening = (async () => {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      transactionalId: `${group}-${partition}`,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  })();
  producers.set(partition, opening);
  return opening;
}

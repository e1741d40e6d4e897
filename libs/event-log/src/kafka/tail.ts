import { randomUUID } from 'node:crypto';
import type { EachBatchPayload } from 'kafkajs';
import { EventLogError } from '../errors.js';
import type { Tail, TailOptions } from '../port.js';
import type { Client } from './client.js';
import { GroupConsumer, type PartitionName } from './group-consumer.js';
import { fromMessage } from './message.js';
import { topicOffsets } from './offsets.js';

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads the whole topic in a group of its own, which commits nothing: where it is, it keeps to itself, and a
 * consumer that takes the place of a crashed one goes on from there.
 */
export async function startTail(client: Client, { topic, handler }: TailOptions): Promise<Tail> {
  await client.requireTopics([topic]);
  const groupId = client.group(`tail/${topic}/${randomUUID()}`);
  const positions = new Map<number, bigint>();
  const awaited = await topicOffsets(client, topic);
  for (const [partition, { low, high }] of awaited) if (low >= high) awaited.delete(partition);

  let stopping = false;
  const caughtUp = Promise.withResolvers<undefined>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  caughtUp.promise.catch(() => undefined);
  if (awaited.size === 0) caughtUp.resolve(undefined);

  const progress = ({ partition }: Pick<PartitionName, 'partition'>, next: bigint): void => {
    const before = positions.get(partition) ?? 0n;
    if (next > before) positions.set(partition, next);
    const goal = awaited.get(partition)?.high;
    if (goal === undefined || next < goal) return;
    awaited.delete(partition);
    if (awaited.size === 0) caughtUp.resolve(undefined);
  };

  const deliver = async (payload: EachBatchPayload): Promise<void> => {
    const { batch, resolveOffset, heartbeat, isStale, isRunning } = payload;
    const { partition } = batch;
    for (const message of batch.messages) {
      if (stopping || !isRunning() || isStale()) return;
      const record = fromMessage(topic, partition, message);
      // Fetched before a seek took hold, or again after a new consumer began.
      if (record.offset < (positions.get(partition) ?? 0n)) continue;
      try {
        await handler(record);
      } catch (error) {
        stopping = true;
        failed.reject(error);
        caughtUp.reject(error);
        return;
      }
      positions.set(partition, record.offset + 1n);
      resolveOffset(message.offset);
      await heartbeat();
    }
    progress({ partition }, BigInt(batch.lastOffset()) + 1n);
  };

  const consumer = new GroupConsumer({
    client,
    groupId,
    topics: [topic],
    maxBytesPerPartition: MAX_BYTES / 4,
    maxBytes: MAX_BYTES,
    concurrency: 1,
    onAssigned: (partitions) => {
      for (const name of partitions) {
        const position = positions.get(name.partition);
        if (position !== undefined) consumer.seek(name, position);
      }
    },
    onBatch: deliver,
    onNothing: (name, next) => progress(name, next),
  });
  consumer.failed.catch((error: unknown) => failed.reject(error));
  await consumer.start();

  const stop = async (): Promise<void> => {
    stopping = true;
    await consumer.stop();
    caughtUp.reject(new EventLogError('closed', `The tail of ${topic} was stopped before it caught up`));
    await client.admin((admin) => admin.deleteGroups([groupId]), 0).catch(() => undefined);
  };
  let stopped: Promise<void> | undefined;
  void failed.promise.catch(() => (stopped ??= stop()));

  return {
    caughtUp: caughtUp.promise,
    failed: failed.promise,
    stop: () => (stopped ??= stop()),
  };
}

import type { EventLog, OutgoingRecord } from '@concordat/event-log';
import { encodeEvents, partitionOfEvent, topics, type AcceptedEvent } from '@concordat/exchange';
import { digestOf } from '@concordat/record';
import kafkajs, { type Kafka } from 'kafkajs';
import { PROVIDER } from '../../test/support/agencies.js';
import { moved, movedSchema } from './domain.js';

/** As the broker's own topics have it by default. */
export const PARTITIONS = 6;
/** Requests under way at the same time while events are laid down. */
const AT_ONCE = 4;

/**
 * Lays events down as intake does when they are published in batches of that size: those of one batch and one
 * partition are a block.
 */
export async function layDown(log: EventLog, type: string, count: number, batch: number): Promise<void> {
  const schema = digestOf(movedSchema(type));
  const context = { provider: PROVIDER, type, schema };
  const accepted = new Date().toISOString();
  // Alone, each would be a request to the log.
  const together = Math.max(batch, 1_000);
  await inParallel(count, together, async (from, to) => {
    const records: OutgoingRecord[] = [];
    for (let start = from; start < to; start += batch) {
      const lanes = new Map<number, AcceptedEvent[]>();
      for (let at = start; at < Math.min(to, start + batch); at += 1) {
        const event = moved(type, at);
        const receipt = `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
        const item = { receipt, accepted, context, event: JSON.stringify(event) };
        const partition = partitionOfEvent(event, PARTITIONS);
        const lane = lanes.get(partition);
        if (lane === undefined) lanes.set(partition, [item]);
        else lane.push(item);
      }
      for (const [partition, items] of lanes) {
        for (const value of await encodeEvents(items))
          records.push({ key: String(partition), partition, value });
      }
    }
    await log.append(topics.events, records);
  });
}

/** Lays events down for the peers: one in each record, as their publisher sent it, not compressed. */
export async function layDownPlain(kafka: Kafka, topic: string, type: string, count: number): Promise<void> {
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    await inParallel(count, 1_000, async (from, to) => {
      const messages = [];
      for (let at = from; at < to; at += 1) {
        const event = moved(type, at);
        messages.push({ key: event.subject ?? event.id, value: JSON.stringify(event) });
      }
      await producer.send({ topic, acks: -1, messages });
    });
  } finally {
    await producer.disconnect();
  }
}

async function inParallel(
  count: number,
  size: number,
  work: (from: number, to: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const from = next;
      next += size;
      await work(from, Math.min(count, from + size));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

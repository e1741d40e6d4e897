import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, Kafka, KafkaMessage } from 'kafkajs';

/** Offsets by partition. */
export type Offsets = ReadonlyMap<number, bigint>;

/** Makes topics in which each record carries the broker's own time. */
export async function makeTopics(admin: Admin, names: readonly string[], partitions: number): Promise<void> {
  await admin.createTopics({
    waitForLeaders: true,
    topics: names.map((topic) => ({
      topic,
      numPartitions: partitions,
      configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
    })),
  });
}

/** Where a topic ends. */
export async function endsOf(admin: Admin, topic: string): Promise<Offsets> {
  const partitions = await admin.fetchTopicOffsets(topic);
  return new Map(partitions.map(({ partition, high }) => [partition, BigInt(high)]));
}

/** Removes all records before these offsets, so that the disk does not fill up. */
export async function cut(admin: Admin, topic: string, offsets: Offsets): Promise<void> {
  await admin.deleteTopicRecords({
    topic,
    partitions: [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) })),
  });
}

/** Reads what is in a topic from these offsets on, until nothing has come for a while. */
export async function readAll(
  kafka: Kafka,
  topic: string,
  from: Offsets,
  take: (message: KafkaMessage) => void,
): Promise<void> {
  const consumer = kafka.consumer({ groupId: `read-${randomUUID()}`, maxBytesPerPartition: 4 * 1024 * 1024 });
  const failures: unknown[] = [];
  await consumer.connect();
  try {
    let last = Date.now() + 5_000;
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        try {
          for (const message of batch.messages) {
            if (BigInt(message.offset) >= (from.get(batch.partition) ?? 0n)) take(message);
          }
        } catch (error) {
          // kafkajs would read the same again.
          failures.push(error);
        }
        last = Date.now();
      },
    });
    while (Date.now() < last + 1_500 && failures.length === 0) await pause(50);
    if (failures.length > 0) throw failures[0];
  } finally {
    await consumer.disconnect();
  }
}

/** How far a group had come at a time, ms since 1970. */
export interface Sample {
  readonly at: number;
  /** Of the way from where it began to the end. */
  readonly share: number;
}

/**
 * Watches a group's committed positions until it is at the end. What it has committed, its readers can see.
 *
 * @param limit ms without any progress after which it is given up
 */
export async function watchGroup(
  admin: Admin,
  group: string,
  topic: string,
  begins: Offsets,
  ends: Offsets,
  limit = 60_000,
): Promise<Sample[]> {
  const way = [...ends].reduce(
    (sum, [partition, end]) => sum + Number(end - (begins.get(partition) ?? 0n)),
    0,
  );
  const samples: Sample[] = [];
  let before = { at: Date.now(), share: 0 };
  for (;;) {
    const [answer] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    const at = Date.now();
    const done = (answer?.partitions ?? []).reduce((sum, { partition, offset }) => {
      const end = ends.get(partition) ?? 0n;
      const position = BigInt(offset) > end ? end : BigInt(offset);
      const begin = begins.get(partition) ?? 0n;
      return sum + (position > begin ? Number(position - begin) : 0);
    }, 0);
    const share = done / way;
    if (share > before.share) samples.push((before = { at, share }));
    if (done >= way) return samples;
    if (at - before.at > limit) throw new Error(`${group} stays at ${(share * 100).toFixed(1)} %`);
    await pause(25);
  }
}

/** When a group had its members and their partitions, ms since 1970. */
export async function whenStable(admin: Admin, group: string, limit = 60_000): Promise<number> {
  const deadline = Date.now() + limit;
  for (;;) {
    const { groups } = await admin.describeGroups([group]);
    if (groups[0]?.state === 'Stable') return Date.now();
    if (Date.now() > deadline) throw new Error(`${group} has no members`);
    await pause(20);
  }
}

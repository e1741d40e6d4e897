import type { LaneName } from '../attempt.js';
import type { Client } from './client.js';

/**
 * The offset that the group has committed for the lane; undefined if it has committed none. Asked of the
 * group's coordinator each time, past every cache.
 */
export async function committedOffset(client: Client, lane: LaneName): Promise<bigint | undefined> {
  const topic = client.topic(lane.topic);
  const answer = await client.admin((admin) =>
    admin.fetchOffsets({ groupId: client.group(lane.group), topics: [topic] }),
  );
  const found = answer
    .find((offsets) => offsets.topic === topic)
    ?.partitions.find(({ partition }) => partition === lane.partition);
  if (found === undefined) return undefined;
  const offset = BigInt(found.offset);
  return offset < 0n ? undefined : offset;
}

/** For each partition of a topic, its oldest offset and the one that its next record will have. */
export async function topicOffsets(
  client: Client,
  topic: string,
): Promise<Map<number, { readonly low: bigint; readonly high: bigint }>> {
  const offsets = await client.admin((admin) => admin.fetchTopicOffsets(client.topic(topic)));
  return new Map(
    offsets.map(({ partition, low, high }) => [partition, { low: BigInt(low), high: BigInt(high) }]),
  );
}

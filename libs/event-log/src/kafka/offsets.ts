import type { LaneName } from '../attempt.js';
import { LaneBlocked } from '../errors.js';
import { kafkaType, type Client } from './client.js';
import { fetchStableOffset } from './stable-offset.js';

/**
 * The offset that the group has committed for the lane; undefined if it has committed none. Asked of the
 * group's coordinator each time, past every cache. To be asked after every older owner has been fenced: from
 * then on no transaction of the lane is open.
 *
 * @throws LaneBlocked if one is open all the same. Then the broker has ended the lane's last transaction
 * without saying so to all its parts (Kafka 4.3.0 to 4.4.0 do that, see the README), and the offset that it
 * would give may be the one before that transaction: its records would be handled again.
 */
export async function committedOffset(client: Client, lane: LaneName): Promise<bigint | undefined> {
  const [group, topic] = [client.group(lane.group), client.topic(lane.topic)];
  const offset = await client.cluster((cluster) =>
    fetchStableOffset(cluster, { group, topic, partition: lane.partition }).catch((error: unknown) => {
      throw kafkaType(error) === 'UNSTABLE_OFFSET_COMMIT' ? endLost(lane) : error;
    }),
  );
  return offset < 0n ? undefined : offset;
}

/** Without its cause, which kafkajs marks as one that passes. */
const endLost = ({ group, topic, partition }: LaneName): LaneBlocked =>
  new LaneBlocked(
    `Kafka has lost the end of a transaction of ${group} on ${topic}/${partition.toString()}: see KAFKA-20734`,
  );

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

import type { LaneName } from '../attempt.js';
import { EventLogError } from '../errors.js';
import type { TopicSpec } from '../port.js';
import type { OutboxTarget } from '../relay.js';
import type { Client } from './client.js';
import { committedOffset } from './offsets.js';
import { openWriter, type TransactionalWriter } from './transaction.js';

/**
 * Where relays keep their positions: as committed offsets of this topic, which itself stays empty, of a group
 * for each relay, which has no members.
 */
export const RELAY_POSITIONS: TopicSpec = { name: 'relay-positions', partitions: 1 };

/** A relay's position moves in the same Kafka transaction that writes its records. */
export function kafkaOutboxTarget(client: Client, name: string): OutboxTarget {
  const lane: LaneName = { group: `relay/${name}`, topic: RELAY_POSITIONS.name, partition: 0 };
  let writer: TransactionalWriter | undefined;

  const release = async (): Promise<void> => {
    await writer?.close();
    writer = undefined;
  };

  return {
    release,
    claim: async () => {
      await release();
      writer = await openWriter(client, lane);
      return (await committedOffset(client, lane)) ?? 0n;
    },
    write: async (position, records) => {
      if (writer === undefined) throw new EventLogError('stale-owner', `Relay ${name} has not claimed`);
      await writer.commit(records, position);
    },
  };
}

import type { Transaction } from 'kafkajs';
import type { LaneName } from '../attempt.js';
import { EventLogError, HandlerFailure } from '../errors.js';
import type { RoutedRecord } from '../port.js';
import { byTopic } from './append.js';
import { asUnavailable, kafkaType, type Client } from './client.js';
import { transactionalProducer } from './kafkajs-transactions.js';
import { splitByBytes } from './message.js';

/** The right to commit for one lane, until another writer of the same lane is opened anywhere. */
export interface TransactionalWriter {
  /** False once anything has failed; it must then be closed, and another opened. */
  readonly usable: boolean;
  /**
   * Commits the records and the lane's next offset together, or neither.
   *
   * @throws HandlerFailure if the records themselves cannot be written; the writer may still be usable
   * @throws EventLogError `stale-owner` if another writer has been opened, `unavailable` if the outcome is
   * unknown
   */
  commit(records: readonly RoutedRecord[], next: bigint): Promise<void>;
  close(): Promise<void>;
}

/** What the broker says of a record that it will never take. */
const REFUSED = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']);
/** What it says to a producer that another one has replaced. */
const FENCED = new Set(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING']);

/**
 * Opens the lane's writer. When it resolves, no transaction that an older writer of the lane had open can
 * commit any more, and whatever it had committed before is visible.
 */
export async function openWriter(client: Client, lane: LaneName): Promise<TransactionalWriter> {
  const producer = transactionalProducer(client, transactionalId(client, lane));
  const close = (): Promise<void> => producer.disconnect().catch(() => undefined);
  let begun: Transaction | undefined;
  try {
    await producer.connect();
    // InitProducerId, which fences: kafkajs sends it with a producer's first transaction, which starts on the
    // broker only when something is added to it.
    begun = await producer.transaction();
  } catch (error) {
    await close();
    throw asUnavailable(error);
  }

  let usable = true;
  const write = async (pieces: readonly RoutedRecord[][], next: bigint): Promise<void> => {
    const transaction = begun ?? (await producer.transaction());
    begun = undefined;
    try {
      // Together: neither waits for the other's answers. The end comes when both are done, however they ended.
      const parts = await Promise.allSettled([
        sendRecords(client, transaction, pieces),
        sendOffset(client, transaction, lane, next),
      ]);
      for (const part of parts) if (part.status === 'rejected') throw part.reason;
      await transaction.commit();
    } catch (error) {
      // Readers of the outputs wait for the end of an open transaction, so do not leave it to its timeout.
      await transaction.abort().catch(() => undefined);
      throw error;
    }
  };

  return {
    get usable() {
      return usable;
    },
    close,
    commit: async (records, next) => {
      const pieces = await writable(client, records);
      try {
        await write(pieces, next);
      } catch (error) {
        usable = false;
        throw explain(error, lane);
      }
    },
  };
}

/** `/` is in no topic's name, so that no two lanes share an id whatever their group is called. */
export const transactionalId = (client: Client, { group, topic, partition }: LaneName): string =>
  `${client.group(group)}/${topic}/${partition.toString()}`;

/** Refuses, before anything is sent, what can be known to be refused: the lane then keeps its writer. */
async function writable(client: Client, records: readonly RoutedRecord[]): Promise<RoutedRecord[][]> {
  try {
    const pieces = splitByBytes(records, client.options.maxBatchBytes);
    await client.requirePlaces(records);
    return pieces.map((piece) => piece.records);
  } catch (error) {
    if (error instanceof EventLogError && error.code !== 'unavailable') throw new HandlerFailure(error);
    throw error;
  }
}

async function sendRecords(
  client: Client,
  transaction: Transaction,
  pieces: readonly RoutedRecord[][],
): Promise<void> {
  for (const piece of pieces) {
    await transaction.sendBatch({
      acks: -1,
      compression: client.compressionOf(piece),
      topicMessages: byTopic(client, piece),
    });
  }
}

async function sendOffset(
  client: Client,
  transaction: Transaction,
  lane: LaneName,
  next: bigint,
): Promise<void> {
  const partitions = [{ partition: lane.partition, offset: next.toString() }];
  await transaction.sendOffsets({
    consumerGroupId: client.group(lane.group),
    topics: [{ topic: client.topic(lane.topic), partitions }],
  });
}

function explain(error: unknown, { group, topic, partition }: LaneName): Error {
  const type = kafkaType(error) ?? '';
  if (REFUSED.has(type)) return new HandlerFailure(error);
  if (!FENCED.has(type)) return asUnavailable(error);
  const lane = `${group} on ${topic}/${partition.toString()}`;
  return new EventLogError('stale-owner', `Another worker has taken over ${lane}`, error);
}

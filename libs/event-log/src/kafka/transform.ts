import { runHandler, type LaneName, type OrderBook } from '../attempt.js';
import { quarantinedRecord } from '../orders.js';
import type { IncomingRecord, RoutedRecord, TransformOptions, Worker } from '../port.js';
import type { Client } from './client.js';
import { startGroupWorker } from './group-worker.js';
import type { LaneSession } from './lane.js';
import { committedOffset, topicOffsets } from './offsets.js';
import { openWriter } from './transaction.js';

/** For the test that shows what the order of opening is for. */
export interface OpeningSeams {
  /** Called before the writer is opened, when the first records have been fetched. */
  readonly beforeFencing?: () => Promise<void>;
  /** Stands in for the committed offset that is read after fencing. */
  readonly positionInstead?: () => Promise<bigint>;
}

export const startTransform = (
  client: Client,
  orders: OrderBook,
  options: TransformOptions,
  seams: OpeningSeams = {},
): Promise<Worker> =>
  startGroupWorker({
    client,
    orders,
    worker: options,
    open: (lane) => openSession(client, lane, options.handler, seams),
  });

async function openSession(
  client: Client,
  lane: LaneName,
  handler: TransformOptions['handler'],
  seams: OpeningSeams,
): Promise<LaneSession> {
  await seams.beforeFencing?.();
  const writer = await openWriter(client, lane);
  const close = (): Promise<void> => writer.close();
  let position: bigint;
  try {
    // After fencing and not before: kafkajs does not tie a transaction to the group's generation (KIP-447), so
    // until it was fenced the old owner may have committed past whatever was read earlier.
    position = await (seams.positionInstead ?? (() => startOf(client, lane)))();
  } catch (error) {
    await close();
    throw error;
  }
  const commit = (outputs: readonly RoutedRecord[], last: IncomingRecord): Promise<void> =>
    writer.commit(outputs, last.offset + 1n);

  return {
    position,
    get usable() {
      return writer.usable;
    },
    close,
    handle: async (records, { signal, check }) => {
      const last = records.at(-1);
      if (last === undefined) return;
      const { topic, partition } = lane;
      const outputs = await runHandler(signal, () => handler({ topic, partition, records }, signal));
      await check();
      await commit(outputs, last);
    },
    quarantine: (record, order) => commit([quarantinedRecord(record, order)], record),
  };
}

/** The lane's committed offset, or the oldest record's if it has never committed. */
async function startOf(client: Client, lane: LaneName): Promise<bigint> {
  const committed = await committedOffset(client, lane);
  if (committed !== undefined) return committed;
  return (await topicOffsets(client, lane.topic)).get(lane.partition)?.low ?? 0n;
}

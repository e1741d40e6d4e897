import type { LaneName, OrderBook } from '../attempt.js';
import { quarantinedRecord } from '../orders.js';
import { commitWithPosition, createPositions, readPosition } from '../position.js';
import type { Batch, IncomingRecord, ProjectOptions, SqlTransaction, Worker } from '../port.js';
import type { Appender } from './append.js';
import type { Client } from './client.js';
import { startGroupWorker } from './group-worker.js';
import type { LaneSession } from './lane.js';

/** The position is the database's alone; the group in Kafka only shares out the partitions. */
export async function startProject<Transaction extends SqlTransaction>(
  client: Client,
  orders: OrderBook,
  appender: Appender,
  options: ProjectOptions<Transaction>,
): Promise<Worker> {
  await createPositions(options.database);
  return startGroupWorker({
    client,
    orders,
    worker: options,
    open: (lane) => openSession(lane, appender, options),
  });
}

async function openSession<Transaction extends SqlTransaction>(
  lane: LaneName,
  appender: Appender,
  { database, sink, onCommitted }: ProjectOptions<Transaction>,
): Promise<LaneSession> {
  const position = await readPosition(database, lane);
  let expected = position;
  const { topic, partition } = lane;

  const commit = async (
    last: IncomingRecord,
    signal: AbortSignal,
    work: (transaction: Transaction) => Promise<void>,
  ): Promise<void> => {
    const next = last.offset + 1n;
    await commitWithPosition(database, lane, { expected, next }, signal, work);
    expected = next;
  };

  return {
    position,
    usable: true,
    close: () => Promise.resolve(),
    handle: async (records, { signal, check }) => {
      const last = records.at(-1);
      if (last === undefined) return;
      const batch: Batch = { topic, partition, records };
      await check();
      await commit(last, signal, (transaction) => sink(batch, transaction, signal));
      tell(onCommitted, batch);
    },
    quarantine: async (record, order) => {
      // Kept first, then passed over: if we die in between, it is kept twice rather than lost.
      const { topic: quarantine, ...kept } = quarantinedRecord(record, order);
      await appender.append(quarantine, [kept]);
      await commit(record, new AbortController().signal, () => Promise.resolve());
    },
  };
}

function tell(onCommitted: ((batch: Batch) => void) | undefined, batch: Batch): void {
  try {
    onCommitted?.(batch);
  } catch {
    // The port says so: a wake-up that fails costs nothing but time.
  }
}

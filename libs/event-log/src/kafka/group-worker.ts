import type { EachBatchPayload } from 'kafkajs';
import { workerDefaults, type LaneName, type OrderBook } from '../attempt.js';
import type { LaneReport, Worker, WorkerOptions } from '../port.js';
import { Slots } from '../slots.js';
import type { Client } from './client.js';
import { Gate } from './gate.js';
import { GroupConsumer, type PartitionName } from './group-consumer.js';
import { Inbox } from './inbox.js';
import { Lane, type LaneSession } from './lane.js';
import { fromMessage } from './message.js';

export interface GroupWorkerOptions {
  readonly client: Client;
  readonly orders: OrderBook;
  readonly worker: WorkerOptions;
  readonly open: (lane: LaneName) => Promise<LaneSession>;
}

/** How long, in ms, a fetch may wait for a full lane before the lane is paused and the others go on. */
const PATIENCE = 50;
/** Of one partition in one fetch. Compressed batches grow when they are read, so not all of `maxBytes`. */
const FETCH_PART = 4;

/**
 * Fetches for a group, and runs a lane for each partition that is ours. The fetch loop only fills inboxes: it
 * goes on, and with it the heartbeats, however long a handler takes or a lane is parked.
 */
export async function startGroupWorker(options: GroupWorkerOptions): Promise<Worker> {
  const { client, orders, worker, open } = options;
  const { group, topics, maxBatch = workerDefaults.maxBatch, maxBytes = workerDefaults.maxBytes } = worker;
  const slots = new Slots(worker.concurrency ?? workerDefaults.concurrency);
  const gate = new Gate();
  const lanes = new Map<string, Lane>();
  const ending = new Set<Promise<void>>();
  let stopping = false;

  const consumer = new GroupConsumer({
    client,
    groupId: client.group(group),
    topics,
    maxBytesPerPartition: Math.ceil(maxBytes / FETCH_PART),
    maxBytes: maxBytes * 2,
    concurrency: 64,
    beforeRejoin: (ms) => gate.close(ms),
    onAssigned: (partitions) => assign(partitions),
    onBatch: (payload) => deliver(payload),
  });

  const start = (name: PartitionName): Lane => {
    const lane = { group, ...name };
    return new Lane(lane, {
      inbox: new Inbox(lane, maxBytes),
      policy: worker,
      orders,
      slots,
      gate,
      maxBatch,
      maxBatchBytes: worker.maxBatchBytes ?? maxBytes,
      open,
      seek: (offset) => consumer.seek(name, offset),
      member: (signal) => consumer.member(signal),
    });
  };

  /**
   * A lane that stays ours from one generation to the next goes on undisturbed. If another worker had it in
   * between and committed, it has fenced us: our next commit fails, and the lane begins anew.
   */
  const assign = (partitions: readonly PartitionName[]): void => {
    gate.open();
    if (stopping) return;
    const ours = new Map(partitions.map((name) => [keyOf(name), name]));
    for (const [key, lane] of lanes) {
      if (ours.has(key)) continue;
      lane.lose();
      lanes.delete(key);
      const ended = lane.ended.finally(() => ending.delete(ended));
      ending.add(ended);
    }
    for (const [key, name] of ours) {
      const lane = lanes.get(key) ?? start(name);
      lanes.set(key, lane);
      consumer.resume(name);
      if (lane.inbox.next !== undefined) consumer.seek(name, lane.inbox.next);
    }
  };

  const deliver = async ({ batch, isStale, resolveOffset }: EachBatchPayload): Promise<void> => {
    const name = { topic: client.nameOf(batch.topic), partition: batch.partition };
    const lane = lanes.get(keyOf(name));
    const from = batch.firstOffset();
    if (lane === undefined || from === null) return;
    const records = batch.messages.map((message) => fromMessage(name.topic, name.partition, message));
    let done = 0;
    while (done < records.length) {
      const mine = lanes.get(keyOf(name)) === lane && !isStale() && !lane.signal.aborted;
      if (!mine) return;
      const taken = lane.inbox.offer(records.slice(done), BigInt(from));
      done += taken;
      const last = records[done - 1];
      if (taken > 0 && last !== undefined) resolveOffset(last.offset.toString());
      if (done === records.length) return;
      if (await lane.inbox.room(PATIENCE, lane.signal)) continue;
      rest(name, lane);
      return;
    }
  };

  /** What did not fit is fetched again when the lane has room for it. */
  const rest = (name: PartitionName, lane: Lane): void => {
    consumer.pause(name);
    void lane.inbox.drained(lane.signal).then(() => {
      if (lanes.get(keyOf(name)) === lane) consumer.resume(name);
    });
  };

  const settle = async (): Promise<void> => {
    stopping = true;
    for (const lane of lanes.values()) lane.stop();
    await Promise.all([...lanes.values()].map((lane) => lane.ended));
    await Promise.all(ending);
    lanes.clear();
  };

  await consumer.start();
  void consumer.failed.catch(settle);
  let stopped: Promise<void> | undefined;

  return {
    lanes: (): LaneReport[] => [...lanes.values()].map((lane) => lane.report()),
    stop: () => (stopped ??= settle().then(() => consumer.stop())),
    failed: consumer.failed,
  };
}

const keyOf = ({ topic, partition }: PartitionName): string => `${topic}/${partition.toString()}`;

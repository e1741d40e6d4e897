import kafkajs, { type Cluster, type PartitionAssigner } from 'kafkajs';
import { pause } from '../pause.js';
import { kafkaType } from './client.js';

/**
 * Two things that kafkajs 2.2.4's consumer gets wrong and has no option for. Its brokers are reached through
 * its cluster, and its cluster through the one place where it hands it out: the partition assigner.
 */
export interface Repairs {
  /** Called when the coordinator has said that we are in the group, whether or not it also rebalances. */
  readonly onConfirmed: () => void;
  /** Resolves when the worker may leave the current generation of the group: when nothing is in hand. */
  readonly beforeRejoin: () => Promise<void>;
  /** Between heartbeats while that takes its time, in ms. */
  readonly heartbeatInterval: number;
}

/** kafkajs's round robin, which applies the repairs to the consumer that it is made for. */
export const repairingAssigner =
  (repairs: Repairs): PartitionAssigner =>
  (config) => {
    repair(config.cluster, repairs);
    return kafkajs.PartitionAssigners.roundRobin(config);
  };

/** What of kafkajs's broker is used here; its types leave out most of it. */
interface Broker {
  fetch: (request: unknown) => Promise<FetchResponse>;
  heartbeat: (request: unknown) => Promise<unknown>;
}

interface FetchResponse {
  readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
}

export interface FetchedPartition {
  abortedTransactions?: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
  readonly messages: readonly FetchedMessage[];
}

export interface FetchedMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  isControlRecord: boolean;
  readonly batchContext?: { readonly producerId: string; readonly inTransaction: boolean };
}

function repair(cluster: Cluster, repairs: Repairs): void {
  const repaired = new WeakSet();
  const findBroker = cluster.findBroker.bind(cluster);
  cluster.findBroker = async (node) => {
    const broker = await findBroker(node);
    if (!repaired.has(broker)) {
      repaired.add(broker);
      repairBroker(broker as unknown as Broker, repairs);
    }
    return broker;
  };
}

function repairBroker(broker: Broker, repairs: Repairs): void {
  const fetch = broker.fetch.bind(broker);
  broker.fetch = async (request) => {
    const response = await fetch(request);
    for (const { partitions } of response.responses) for (const part of partitions) hideAborted(part);
    return response;
  };
  const heartbeat = broker.heartbeat.bind(broker);
  broker.heartbeat = async (request) => {
    try {
      const answer = await heartbeat(request);
      repairs.onConfirmed();
      return answer;
    } catch (error) {
      if (kafkaType(error) === REBALANCING) await finishFirst(() => heartbeat(request), repairs);
      throw error;
    }
  };
}

const REBALANCING = 'REBALANCE_IN_PROGRESS';

/**
 * When the group rebalances, kafkajs joins the next generation at once, and its lanes may go to others with work
 * in hand. The group waits for us, up to the rebalance timeout, as long as we keep up the heartbeats.
 */
async function finishFirst(heartbeat: () => Promise<unknown>, repairs: Repairs): Promise<void> {
  const finished = new AbortController();
  const finishing = repairs.beforeRejoin().finally(() => finished.abort());
  while (!finished.signal.aborted) {
    repairs.onConfirmed();
    await pause(repairs.heartbeatInterval, finished.signal);
    await heartbeat().catch((error: unknown) => {
      if (kafkaType(error) !== REBALANCING) throw error;
    });
  }
  await finishing;
}

/** A control record's key: its version, then 0 for an abort and 1 for a commit, in 16 bits each. */
const isAbortMarker = (key: Buffer | null): boolean => key?.length === 4 && key.readInt16BE(2) === 0;

/**
 * Hides the records of aborted transactions, and leaves nothing for kafkajs's own filter to do. That one takes
 * the broker's list of aborted transactions as sorted by their first offset, and takes up one for each record at
 * most; but the list is in the order in which they ended. With several of them in one fetch it lets aborted
 * records through and drops committed ones.
 *
 * Hidden as control records are, and not removed: kafkajs must still move past them.
 */
export function hideAborted(partition: FetchedPartition): void {
  const ahead = (partition.abortedTransactions ?? [])
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: BigInt(firstOffset) }))
    .sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  partition.abortedTransactions = [];
  if (ahead.length === 0) return;
  const aborting = new Set<string>();
  for (const message of partition.messages) {
    const { producerId = '', inTransaction = false } = message.batchContext ?? {};
    for (
      let next = ahead[0];
      next !== undefined && next.firstOffset <= BigInt(message.offset);
      next = ahead[0]
    ) {
      aborting.add(next.producerId);
      ahead.shift();
    }
    if (message.isControlRecord) {
      if (isAbortMarker(message.key)) aborting.delete(producerId);
    } else if (inTransaction && aborting.has(producerId)) {
      message.isControlRecord = true;
    }
  }
}

import type { LaneName, OrderBook } from './attempt.js';
import {
  QUARANTINE_ORDERS_TOPIC,
  quarantineTopic,
  type EventLog,
  type IncomingRecord,
  type OutgoingRecord,
  type QuarantineOrder,
  type RoutedRecord,
  type Tail,
  type TopicSpec,
} from './port.js';

/** The topics that must exist before a worker of these topics may run. */
export const quarantineTopics = (topics: readonly string[]): TopicSpec[] => [
  { name: QUARANTINE_ORDERS_TOPIC, partitions: 1, compacted: true },
  ...topics.map((topic) => ({ name: quarantineTopic(topic), partitions: 1 })),
];

/** The order as a record of `QUARANTINE_ORDERS_TOPIC`; the same order twice is one order. */
export function encodeOrder(order: QuarantineOrder): OutgoingRecord {
  const { group, topic, partition, offset, by, because } = order;
  const body = { group, topic, partition, offset: offset.toString(), by, because };
  return { key: placeOf(order, offset), value: Buffer.from(JSON.stringify(body)) };
}

/** The order in a record, or undefined if it holds none (a removed order, or what is not an order). */
export function decodeOrder(record: IncomingRecord): QuarantineOrder | undefined {
  if (record.value === null) return undefined;
  const body: unknown = parse(record.value.toString());
  if (typeof body !== 'object' || body === null) return undefined;
  const { group, topic, partition, offset, by, because } = body as Record<string, unknown>;
  if (typeof group !== 'string' || typeof topic !== 'string') return undefined;
  if (typeof partition !== 'number' || typeof offset !== 'string' || !/^\d+$/u.test(offset)) return undefined;
  if (typeof by !== 'string' || typeof because !== 'string') return undefined;
  return { group, topic, partition, offset: BigInt(offset), by, because };
}

/**
 * The record as it is kept in `quarantineTopic(topic)`: the same key and value, and headers that say who
 * ordered it, why, and where it came from.
 */
export function quarantinedRecord(record: IncomingRecord, order: QuarantineOrder): RoutedRecord {
  return {
    topic: quarantineTopic(record.topic),
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      'quarantine-by': order.by,
      'quarantine-because': order.because,
      'quarantine-group': order.group,
      'quarantine-topic': record.topic,
      'quarantine-partition': record.partition.toString(),
      'quarantine-offset': record.offset.toString(),
    },
  };
}

/**
 * Every quarantine order that was given, and a wake-up for the lanes that wait for one. One instance serves
 * all workers of a log in a process. Orders are few and small, so all are kept in memory.
 */
export class QuarantineOrders implements OrderBook {
  readonly #orders = new Map<string, QuarantineOrder>();
  readonly #watchers = new Map<string, Set<() => void>>();
  #tail: Promise<Tail> | undefined;

  /** Starts to read the orders, once; later calls wait for the first. The topic must exist. */
  async follow(log: Pick<EventLog, 'tail'>): Promise<void> {
    this.#tail ??= log.tail({ topic: QUARANTINE_ORDERS_TOPIC, handler: (record) => this.#take(record) });
    try {
      const tail = await this.#tail;
      // A log that is lost for good is reported by the workers themselves.
      tail.failed.catch(() => undefined);
    } catch (error) {
      this.#tail = undefined;
      throw error;
    }
  }

  async stop(): Promise<void> {
    await (await this.#tail?.catch(() => undefined))?.stop();
  }

  find(lane: LaneName, offset: bigint): QuarantineOrder | undefined {
    return this.#orders.get(placeOf(lane, offset));
  }

  watch(lane: LaneName, onOrder: () => void): () => void {
    const key = laneKey(lane);
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers.add(onOrder));
    return () => {
      watchers.delete(onOrder);
      if (watchers.size === 0 && this.#watchers.get(key) === watchers) this.#watchers.delete(key);
    };
  }

  #take(record: IncomingRecord): void {
    const order = decodeOrder(record);
    if (order === undefined) return;
    this.#orders.set(placeOf(order, order.offset), order);
    for (const wake of this.#watchers.get(laneKey(order)) ?? []) wake();
  }
}

const laneKey = (lane: LaneName): string => JSON.stringify([lane.group, lane.topic, lane.partition]);
const placeOf = (lane: LaneName, offset: bigint): string => `${laneKey(lane)}@${offset.toString()}`;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { encodeOrder, QuarantineOrders, quarantineTopics } from '../orders.js';
import {
  QUARANTINE_ORDERS_TOPIC,
  type EventLog,
  type Tail,
  type Worker,
  type WorkerOptions,
} from '../port.js';
import { startRelay } from '../relay.js';
import { EventLogError } from '../errors.js';
import { Appender } from './append.js';
import { Client, type KafkaEventLogOptions } from './client.js';
import { kafkaOutboxTarget, RELAY_POSITIONS } from './outbox-target.js';
import { startProject } from './project.js';
import { startTail } from './tail.js';
import { ensureTopics } from './topics.js';
import { startTransform } from './transform.js';

/**
 * The event log on Apache Kafka 4 (see the README for what the brokers must be set to). Connects on first use.
 *
 * Its methods reject with an EventLogError: `unknown-topic`, `too-few-partitions`, `record-too-large`,
 * `unavailable` or `closed`.
 */
export function createKafkaEventLog(options: KafkaEventLogOptions): EventLog {
  const client = new Client(options);
  const appender = new Appender(client);
  const orders = new QuarantineOrders();
  const running = new Set<Promise<Worker | Tail>>();
  let closing: Promise<void> | undefined;

  const track = async <W extends Worker | Tail>(start: () => Promise<W>): Promise<W> => {
    if (closing !== undefined) throw new EventLogError('closed', 'This log has been closed');
    const starting = start();
    running.add(starting);
    try {
      return await starting;
    } catch (error) {
      running.delete(starting);
      throw error;
    }
  };

  const prepare = async ({ topics }: WorkerOptions): Promise<void> => {
    await client.requireTopics(topics);
    await ensureTopics(client, quarantineTopics(topics));
    await orders.follow(log);
  };

  const close = async (): Promise<void> => {
    const started = await Promise.allSettled(running);
    await Promise.all(started.flatMap((one) => (one.status === 'fulfilled' ? [one.value.stop()] : [])));
    await appender.close();
  };

  const log: EventLog = {
    ensureTopics: (topics) => ensureTopics(client, topics),
    partitions: (topic) => client.partitions(topic),
    append: (topic, records) => appender.append(topic, records),
    transform: (transform) =>
      track(async () => {
        await prepare(transform);
        return startTransform(client, orders, transform);
      }),
    project: (project) =>
      track(async () => {
        await prepare(project);
        return startProject(client, orders, appender, project);
      }),
    relay: (relay) =>
      track(async () => {
        await ensureTopics(client, [RELAY_POSITIONS]);
        return startRelay(relay, kafkaOutboxTarget(client, relay.name));
      }),
    tail: (tail) => track(() => startTail(client, tail)),
    quarantine: async (order) => {
      await ensureTopics(client, quarantineTopics([order.topic]));
      await appender.append(QUARANTINE_ORDERS_TOPIC, [encodeOrder(order)]);
    },
    ping: async () => {
      await client.admin((admin) => admin.describeCluster(), 0);
    },
    close: () => (closing ??= close()),
  };
  return log;
}

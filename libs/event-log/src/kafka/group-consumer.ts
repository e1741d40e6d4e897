import type { Consumer, ConsumerCrashEvent, EachBatchPayload } from 'kafkajs';
import { EventLogError } from '../errors.js';
import { backoff, Bell, pause } from '../pause.js';
import { BRIEF, kafkaType, PATIENT_MS, patiently, type Client } from './client.js';
import { repairingAssigner } from './kafkajs-repairs.js';

export interface PartitionName {
  /** As the port names it. */
  readonly topic: string;
  readonly partition: number;
}

export interface GroupConsumerOptions {
  readonly client: Client;
  /** As the cluster names it. */
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Of one partition in one fetch, before decompression. */
  readonly maxBytesPerPartition: number;
  /** Of one fetch. */
  readonly maxBytes: number;
  /** Partitions whose batches are given at the same time. */
  readonly concurrency: number;
  /**
   * Called when the group rebalances; we join the next generation when it resolves, which must be within so
   * many ms.
   */
  readonly beforeRejoin?: (ms: number) => Promise<void>;
  /** Called at each new generation of the group, with all that is ours in it, before anything is fetched. */
  readonly onAssigned: (partitions: readonly PartitionName[]) => void;
  /** Must not throw, and must not take long: the next fetch from the same broker, and its heartbeat, wait. */
  readonly onBatch: (payload: EachBatchPayload) => Promise<void>;
  /** Called when what was fetched, up to `next`, held nothing for readers; `onBatch` is not called for it. */
  readonly onNothing?: (partition: PartitionName, next: bigint) => void;
}

/** A fetch waits for so long, in ms, if there is nothing; also how soon a resumed partition is fetched again. */
const FETCH_WAIT = 200;

/** The group waits for so long, in ms, for members that finish what they have in hand. */
const REBALANCE_TIMEOUT = 60_000;
const FINISH_WITHIN = 45_000;

/** No wait will help against these. */
const FATAL = new Set([
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'UNSUPPORTED_VERSION',
  'INVALID_SESSION_TIMEOUT',
  'INVALID_GROUP_ID',
]);

/**
 * kafkajs's consumer, made to last: when it crashes, for instance because the brokers were away for longer than
 * its retries, a new one takes its place. It commits nothing by itself.
 */
export class GroupConsumer {
  /** Rejects when no new consumer could do better. */
  readonly failed: Promise<never>;
  readonly #options: GroupConsumerOptions;
  readonly #stopped = new AbortController();
  readonly #confirmation = new Bell();
  #fail: (error: Error) => void = () => undefined;
  #consumer: Consumer | undefined;
  #confirmed = -Infinity;
  #failures = 0;
  #replacing: Promise<void> | undefined;

  constructor(options: GroupConsumerOptions) {
    this.#options = options;
    this.failed = new Promise<never>((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
  }

  /** @throws EventLogError `unavailable` if the cluster does not answer */
  start(): Promise<void> {
    return patiently(() => this.#begin(), PATIENT_MS);
  }

  /** Leaves the group. To be called when nothing is in hand. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#replacing;
    await this.#consumer?.disconnect().catch(() => undefined);
    this.#consumer = undefined;
  }

  seek({ topic, partition }: PartitionName, offset: bigint): void {
    this.#now((consumer) =>
      consumer.seek({ topic: this.#options.client.topic(topic), partition, offset: offset.toString() }),
    );
  }

  pause(partition: PartitionName): void {
    this.#now((consumer) => consumer.pause([this.#topicPartition(partition)]));
  }

  resume(partition: PartitionName): void {
    this.#now((consumer) => consumer.resume([this.#topicPartition(partition)]));
  }

  /**
   * Whether the coordinator has confirmed, within the session timeout, that we are in the group. Waits at most
   * another session timeout for it.
   */
  async member(signal: AbortSignal): Promise<boolean> {
    const { sessionTimeout } = this.#options.client.options;
    const deadline = Date.now() + sessionTimeout;
    while (Date.now() - this.#confirmed > sessionTimeout) {
      const left = deadline - Date.now();
      if (left <= 0 || signal.aborted) return false;
      await this.#confirmation.wait(left, signal);
    }
    return true;
  }

  async #begin(): Promise<void> {
    const { client, groupId, topics, maxBytes, maxBytesPerPartition, concurrency } = this.#options;
    const { sessionTimeout } = client.options;
    const heartbeatInterval = Math.min(1_000, Math.floor(sessionTimeout / 10));
    const beforeRejoin = async (): Promise<void> => this.#options.beforeRejoin?.(FINISH_WITHIN);
    const consumer = client.kafka(BRIEF).consumer({
      groupId,
      sessionTimeout,
      rebalanceTimeout: REBALANCE_TIMEOUT,
      heartbeatInterval,
      partitionAssigners: [
        repairingAssigner({ beforeRejoin, heartbeatInterval, onConfirmed: () => this.#confirm() }),
      ],
      maxBytes,
      maxBytesPerPartition,
      maxWaitTimeInMs: FETCH_WAIT,
      allowAutoTopicCreation: false,
      // Ours to do, so that there is one way back after every kind of crash.
      retry: { ...BRIEF, restartOnFailure: () => Promise.resolve(false) },
    });
    const { GROUP_JOIN, CRASH, END_BATCH_PROCESS } = consumer.events;
    consumer.on(GROUP_JOIN, ({ payload }) => this.#joined(payload.memberAssignment));
    consumer.on(CRASH, (event) => this.#crashed(consumer, event));
    consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
      if (batchSize > 0) return;
      this.#options.onNothing?.({ topic: client.nameOf(topic), partition }, BigInt(lastOffset) + 1n);
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: topics.map((name) => client.topic(name)), fromBeginning: true });
    } catch (error) {
      await consumer.disconnect().catch(() => undefined);
      throw error;
    }
    this.#consumer = consumer;
    // Resolves once the group has been joined, which may take as long as others need to notice; errors of it
    // come as a crash.
    void consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch: (payload) => this.#options.onBatch(payload),
    });
  }

  #joined(assignment: Record<string, number[]>): void {
    this.#failures = 0;
    this.#options.onAssigned(
      Object.entries(assignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic: this.#options.client.nameOf(topic), partition })),
      ),
    );
    this.#confirm();
  }

  #confirm(): void {
    this.#confirmed = Date.now();
    this.#confirmation.ring();
  }

  #crashed(consumer: Consumer, { payload: { error } }: ConsumerCrashEvent): void {
    if (this.#stopped.signal.aborted || consumer !== this.#consumer) return;
    this.#consumer = undefined;
    if (FATAL.has(kafkaType(error) ?? '') || error.name === 'KafkaJSSASLAuthenticationError') {
      this.#fail(new EventLogError('unavailable', `Kafka refuses this worker: ${error.message}`, error));
      return;
    }
    this.#replacing ??= this.#replace().finally(() => (this.#replacing = undefined));
  }

  async #replace(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      this.#failures += 1;
      await pause(backoff(this.#failures), this.#stopped.signal);
      if (this.#stopped.signal.aborted) return;
      try {
        await this.#begin();
        return;
      } catch {
        // The brokers are still away.
      }
    }
  }

  /** Between two consumers there is none to tell; the next one is told all at its first generation. */
  #now(tell: (consumer: Consumer) => void): void {
    if (this.#consumer === undefined) return;
    try {
      tell(this.#consumer);
    } catch {
      // kafkajs has begun to take the consumer down, and will say so.
    }
  }

  #topicPartition({ topic, partition }: PartitionName): { topic: string; partitions: number[] } {
    return { topic: this.#options.client.topic(topic), partitions: [partition] };
  }
}

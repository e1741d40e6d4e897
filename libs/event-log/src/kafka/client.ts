import { createRequire } from 'node:module';
import kafkajs, {
  type Admin,
  type Cluster,
  type CompressionTypes,
  type KafkaConfig,
  type Kafka,
  type ISocketFactory,
  type PartitionAssigner,
  type RetryOptions,
} from 'kafkajs';
import { describeError, EventLogError } from '../errors.js';
import type { RoutedRecord } from '../port.js';
import { backoff, pause } from '../pause.js';
import { quietTimers } from './quiet-timers.js';
import { registerZstd } from './zstd.js';

export interface KafkaEventLogOptions {
  /** `host:port` of some of the cluster's brokers. */
  readonly brokers: readonly string[];
  /** Names this process in the brokers' logs and quotas. */
  readonly clientId: string;
  /** Put before the names of topics, groups and transactional ids, so that installations can share a cluster. */
  readonly prefix?: string;
  /** Copies of each topic that is made (default −1: what the cluster is set to). */
  readonly replicationFactor?: number;
  /** A worker that is silent for so many ms loses its lanes to others (default 10,000). */
  readonly sessionTimeout?: number;
  /** The broker aborts a transaction that is open for so many ms (default 60,000). */
  readonly transactionTimeout?: number;
  /** Bytes of a batch before compression; keep it under the brokers' `message.max.bytes` (default 1,000,000). */
  readonly maxBatchBytes?: number;
  /** Compression of what is written (default `zstd`). */
  readonly compression?: 'zstd' | 'none';
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: KafkaConfig['sasl'];
  /** The Kafka client's own warnings and errors, which are silent without it. They hold no payloads. */
  readonly onClientLog?: (line: { readonly level: 'error' | 'warn'; readonly message: string }) => void;
}

/**
 * For calls that must outlast a broker's restart. 20 ms: a transaction that follows another closely is told to
 * wait for a moment, and kafkajs's own 300 ms would stall it (measured).
 */
export const PATIENT: RetryOptions = { initialRetryTime: 20, maxRetryTime: 1_000, retries: 30 };
/** The same for what is not a single call, in ms. */
export const PATIENT_MS = 30_000;
/** For calls whose caller has a better plan than to wait: reopen the lane, or tell the operator. */
export const BRIEF: RetryOptions = { initialRetryTime: 20, maxRetryTime: 500, retries: 8 };

/** With what a text compressed with zstd begins (RFC 8878 §3.1.1). */
const ZSTD_FRAME = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Bytes of a batch. */
const WORTH_COMPRESSING = 2 * 1024;

const ORDINARY_REQUEST_MS = 30_000;
/** How long, in ms, an administrative task is tried again. */
const ADMIN_MS = 10_000;

/** The connection settings and names that everything in this adapter shares. */
export class Client {
  readonly options: Required<
    Pick<
      KafkaEventLogOptions,
      'prefix' | 'replicationFactor' | 'sessionTimeout' | 'transactionTimeout' | 'maxBatchBytes'
    >
  >;
  readonly #compression: CompressionTypes;
  readonly #config: KafkaConfig;
  readonly #known = new Set<string>();
  readonly #partitions = new Map<string, number>();

  constructor(options: KafkaEventLogOptions) {
    registerZstd();
    quietTimers();
    this.options = {
      prefix: options.prefix ?? '',
      replicationFactor: options.replicationFactor ?? -1,
      sessionTimeout: options.sessionTimeout ?? 10_000,
      transactionTimeout: options.transactionTimeout ?? 60_000,
      maxBatchBytes: options.maxBatchBytes ?? 1_000_000,
    };
    const { None, ZSTD } = kafkajs.CompressionTypes;
    this.#compression = options.compression === 'none' ? None : ZSTD;
    this.#config = {
      clientId: options.clientId,
      brokers: [...options.brokers],
      connectionTimeout: 5_000,
      requestTimeout: ORDINARY_REQUEST_MS,
      socketFactory,
      ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
      ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
      ...logging(options.onClientLog),
    };
  }

  /**
   * A client of its own for each consumer and producer: kafkajs lets all that come from one client share a
   * cache of committed offsets, and marks an offset as committed there before its transaction is.
   */
  kafka(retry: RetryOptions): Kafka {
    return new kafkajs.Kafka({ ...this.#config, retry });
  }

  topic(name: string): string {
    return this.options.prefix + name;
  }

  /** None for what is small, and for blocks, which are compressed already. */
  compressionOf(records: readonly RoutedRecord[]): CompressionTypes {
    const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    const isBlock = ({ value }: RoutedRecord): boolean => value?.subarray(0, 4).equals(ZSTD_FRAME) === true;
    const { None } = kafkajs.CompressionTypes;
    return bytes < WORTH_COMPRESSING || records.every(isBlock) ? None : this.#compression;
  }

  /** The port's name of a topic of the cluster. */
  nameOf(topic: string): string {
    return topic.slice(this.options.prefix.length);
  }

  group(name: string): string {
    return this.options.prefix + name;
  }

  /**
   * Runs an administrative task, which may be run more than once, on a connection of its own, so that it never
   * meets one that has gone stale.
   *
   * @param within how long, in ms, to go on trying while the brokers are away or do not know a new topic yet
   * @throws EventLogError `unavailable` if the cluster does not answer; the log's other errors pass
   */
  admin<T>(work: (admin: Admin) => Promise<T>, within = ADMIN_MS): Promise<T> {
    return patiently(async () => {
      const admin = this.kafka(BRIEF).admin();
      try {
        await admin.connect();
        return await work(admin);
      } finally {
        await admin.disconnect().catch(() => undefined);
      }
    }, within);
  }

  /**
   * The same with kafkajs's cluster, for requests that its admin client does not have. It is handed out in one
   * place only: to a consumer's assigner, when the consumer is made. This one is never run.
   */
  cluster<T>(work: (cluster: Cluster) => Promise<T>): Promise<T> {
    return patiently(async () => {
      const clusters: Cluster[] = [];
      const assigner: PartitionAssigner = (config) => {
        clusters.push(config.cluster);
        return kafkajs.PartitionAssigners.roundRobin(config);
      };
      const consumer = this.kafka(BRIEF).consumer({ groupId: 'never-run', partitionAssigners: [assigner] });
      const [cluster] = clusters;
      if (cluster === undefined) throw new Error('kafkajs has made a consumer without a cluster');
      try {
        await consumer.connect();
        return await work(cluster);
      } finally {
        await consumer.disconnect().catch(() => undefined);
      }
    }, ADMIN_MS);
  }

  /** @throws EventLogError `unknown-topic` if a topic does not exist */
  async requireTopics(names: Iterable<string>): Promise<void> {
    const unknown = [...new Set(names)].filter((name) => !this.#known.has(name));
    if (unknown.length === 0) return;
    const existing = new Set(await this.admin((admin) => admin.listTopics(), PATIENT_MS));
    for (const name of unknown) {
      if (!existing.has(this.topic(name))) throw unknownTopic(name);
      this.#known.add(name);
    }
  }

  /** @throws EventLogError `unknown-topic` if a record is bound for a topic or a partition that does not exist */
  async requirePlaces(records: readonly RoutedRecord[]): Promise<void> {
    await this.requireTopics(new Set(records.map(({ topic }) => topic)));
    for (const { topic, partition } of records) {
      if (partition === undefined || partition < (await this.partitions(topic))) continue;
      throw new EventLogError('unknown-topic', `Topic ${topic} has no partition ${partition.toString()}`);
    }
  }

  /** How many partitions a topic has; that does not change. @throws EventLogError `unknown-topic` */
  async partitions(name: string): Promise<number> {
    const known = this.#partitions.get(name);
    if (known !== undefined) return known;
    await this.requireTopics([name]);
    const { topics } = await this.admin(
      (admin) => admin.fetchTopicMetadata({ topics: [this.topic(name)] }),
      PATIENT_MS,
    );
    const count = topics[0]?.partitions.length ?? 0;
    this.#partitions.set(name, count);
    return count;
  }
}

export const unknownTopic = (name: string): EventLogError =>
  new EventLogError('unknown-topic', `There is no topic ${name}: make it with ensureTopics`);

/** Tries again for as long as that may help, but not beyond `within` ms. @throws EventLogError */
export async function patiently<T>(work: () => Promise<T>, within: number): Promise<T> {
  const deadline = Date.now() + within;
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error) || Date.now() > deadline) throw asUnavailable(error);
    }
    await pause(backoff(failures));
  }
}

/** kafkajs knows which errors pass by themselves, but gives up on many of them at once all the same. */
function mayPass(error: unknown): boolean {
  for (let next = error; next instanceof Error; next = next.cause) {
    if ('retriable' in next && next.retriable === true) return true;
  }
  return false;
}

/** What went wrong between us and the cluster, as the log's own error. */
export function asUnavailable(error: unknown): EventLogError {
  if (error instanceof EventLogError) return error;
  return new EventLogError('unavailable', `Kafka: ${describeError(error)}`, error);
}

/** The name that Kafka's protocol gives to an error, such as `PRODUCER_FENCED`. */
export function kafkaType(error: unknown): string | undefined {
  for (let next = error; next instanceof Error; next = next.cause) {
    if ('type' in next && typeof next.type === 'string') return next.type;
  }
  return undefined;
}

const makeSocketFactory = createRequire(import.meta.url)(
  'kafkajs/src/network/socketFactory',
) as () => ISocketFactory;
const makeSocket = makeSocketFactory();

/**
 * kafkajs's own, but without Nagle's algorithm (RFC 896): a request that follows another closely would wait until
 * the broker has acknowledged the first, which it puts off for up to 40 ms.
 */
const socketFactory: ISocketFactory = (options) => makeSocket(options).setNoDelay(true);

function logging(onClientLog: KafkaEventLogOptions['onClientLog']): Partial<KafkaConfig> {
  const { NOTHING, WARN, ERROR } = kafkajs.logLevel;
  if (onClientLog === undefined) return { logLevel: NOTHING };
  const logCreator: KafkaConfig['logCreator'] =
    () =>
    ({ level, log }) =>
      onClientLog({ level: level === ERROR ? 'error' : 'warn', message: log.message });
  return { logLevel: WARN, logCreator };
}

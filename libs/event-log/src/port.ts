/**
 * The port: what the broker asks of a log, and all that it asks. Two adapters satisfy it (Kafka and
 * Postgres); `contract/` holds the one suite that both pass.
 */

/** A record to be written. Records with the same key keep their order, as do those of one partition. */
export interface OutgoingRecord {
  readonly key: string;
  /** Where it goes, from 0, whatever its key; without it the key decides. */
  readonly partition?: number;
  /** `null` removes the key from a compacted topic. */
  readonly value: Buffer | null;
  /** Small metadata such as `traceparent`; never a payload. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A record as read. `offset` rises within a partition and never repeats there. */
export interface IncomingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since the Unix epoch, by the log's clock. */
  readonly timestamp: number;
}

/** A record bound for a named topic: what a transform's handler and an outbox give. */
export interface RoutedRecord extends OutgoingRecord {
  readonly topic: string;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** Keep only the newest record of each key. */
  readonly compacted?: boolean;
}

/**
 * A database transaction as the log needs it: TypeORM's `EntityManager` satisfies it, and so does a thin
 * wrapper of a `pg` client. `query` resolves to the rows.
 */
export interface SqlTransaction {
  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
}

/** A database: TypeORM's `DataSource` satisfies it. A rejected `work` rolls the transaction back. */
export interface SqlDatabase<Transaction extends SqlTransaction = SqlTransaction> {
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

/**
 * A lane is one partition of one input, as read by one group: the unit of order, of ownership and of
 * failure. A lane whose next record always throws is `parked`, alone, until an operator's quarantine order
 * or a later, successful try.
 */
export interface LaneReport {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly state: 'running' | 'parked';
  /** The offset that the lane will read next. */
  readonly position: bigint;
  /** Present when parked. */
  readonly failure?: {
    readonly offset: bigint;
    readonly key: string;
    /** The error's name and message; handlers must not put payloads in either. */
    readonly error: string;
    readonly attempts: number;
    readonly since: Date;
  };
}

/** What every worker of the log shares: its lanes, and a graceful end. */
export interface Worker {
  /** The lanes that this worker owns now. */
  lanes(): LaneReport[];
  /** Finishes what is in hand, commits it, leaves the group, then resolves. Safe to call twice. */
  stop(): Promise<void>;
  /** Rejects when the worker cannot go on (and only then); the process should end with an error. */
  readonly failed: Promise<never>;
}

export interface WorkerOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** At most this many records in one call of the handler (default 500). */
  readonly maxBatch?: number;
  /** At most about this many bytes of input in one call of the handler (default: those of `maxBytes`). */
  readonly maxBatchBytes?: number;
  /** At most about this many bytes of input held for one lane (default 4 MiB). */
  readonly maxBytes?: number;
  /** Lanes handled at the same time in this worker (default 4). */
  readonly concurrency?: number;
  /** Tries of one record, with growing pauses, before its lane is parked (default 5). */
  readonly attempts?: number;
  /** Pause before the second try, ms; doubles each time (default 100). */
  readonly retryDelay?: number;
  /** A parked lane tries its record again after this many ms (default 30,000). */
  readonly parkedRetryDelay?: number;
  /** Called once each time a lane is parked, and when it runs again. */
  readonly onLane?: (report: LaneReport) => void;
}

/** Records of one partition, in order, at least one. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly IncomingRecord[];
}

export interface TransformOptions extends WorkerOptions {
  /**
   * Decides what to write for a batch. It may be called again for the same records (after a failure, a
   * rebalance, or with fewer of them), so it must have no effects of its own. What it returns and the input
   * position commit together or not at all. `signal` aborts when the worker stops or loses the lane.
   */
  readonly handler: (batch: Batch, signal: AbortSignal) => Promise<readonly RoutedRecord[]>;
}

export interface ProjectOptions<Transaction extends SqlTransaction> extends WorkerOptions {
  /** Where the rows and the position go; the position's table is made there on first use. */
  readonly database: SqlDatabase<Transaction>;
  /** Writes rows for a batch, inside the transaction that also moves the position. */
  readonly sink: (batch: Batch, transaction: Transaction, signal: AbortSignal) => Promise<void>;
  /** Called after a batch has committed, for wake-ups. Its errors are ignored. */
  readonly onCommitted?: (batch: Batch) => void;
}

export interface TailOptions {
  readonly topic: string;
  readonly handler: (record: IncomingRecord) => Promise<void> | void;
}

export interface Tail {
  /** Resolves when everything that was in the topic at the start has been handled. */
  readonly caughtUp: Promise<void>;
  stop(): Promise<void>;
  /** Rejects when the tail cannot go on: a handler threw, or the log is lost for good. */
  readonly failed: Promise<never>;
}

export interface RelayOptions {
  /** Names the relay; one instance at a time runs under a name, others wait to take over. */
  readonly name: string;
  /** The app's own database, in which it fills the outbox with `enqueue`. */
  readonly database: SqlDatabase;
  readonly maxBatch?: number;
}

/**
 * Moves rows that an app has committed to its outbox into the log, exactly once and in the order of
 * commitment for whoever waits for one commit before the next.
 */
export interface Relay extends Worker {
  /** Adds records to the outbox, inside the app's own transaction. */
  enqueue(transaction: SqlTransaction, records: readonly RoutedRecord[]): Promise<void>;
  /** Tells the relay that rows were committed; without it they are found within a second. */
  wake(): void;
}

/** An operator's order to skip one record that stops a lane. The record is kept, in `quarantineTopic(topic)`. */
export interface QuarantineOrder {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Who ordered it and why, in plain words; kept with the record. */
  readonly by: string;
  readonly because: string;
}

export interface EventLog {
  /** Makes the topics that do not exist yet. An existing topic with fewer partitions is an error. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** How many partitions a topic has. */
  partitions(topic: string): Promise<number>;
  /** Resolves when the records are durable: at least once if the caller retries after an error. */
  append(topic: string, records: readonly OutgoingRecord[]): Promise<void>;
  /** From topics to topics, exactly once. */
  transform(options: TransformOptions): Promise<Worker>;
  /** From topics into Postgres, exactly once. */
  project<Transaction extends SqlTransaction>(options: ProjectOptions<Transaction>): Promise<Worker>;
  /** From Postgres into topics, exactly once. */
  relay(options: RelayOptions): Promise<Relay>;
  /** All of a topic from its start, then what follows, in every instance. */
  tail(options: TailOptions): Promise<Tail>;
  /** Gives an order to whichever worker owns the lane, here or in another process. */
  quarantine(order: QuarantineOrder): Promise<void>;
  /** Resolves if the log answers. */
  ping(): Promise<void>;
  /** Stops every worker of this log, then lets go of its connections. */
  close(): Promise<void>;
}

/** Where quarantined records of a topic are kept. */
export const quarantineTopic = (topic: string): string => `${topic}.quarantine`;

/** The topic that carries quarantine orders to workers. Single partition. */
export const QUARANTINE_ORDERS_TOPIC = 'quarantine-orders';

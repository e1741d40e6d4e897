import { LanePolicy, type FailurePolicy, type LaneName, type OrderBook } from '../attempt.js';
import { EventLogError, LaneBlocked } from '../errors.js';
import { backoff, pause } from '../pause.js';
import type { IncomingRecord, LaneReport, QuarantineOrder } from '../port.js';
import type { Slots } from '../slots.js';
import type { Gate } from './gate.js';
import type { Inbox } from './inbox.js';

/** Where a lane keeps its position and puts its results: Kafka transactions, or a database. */
export interface LaneSession {
  /** Where to begin, read when every older owner could no longer commit, or would make our commits fail. */
  readonly position: bigint;
  /** False once the session cannot commit any more. */
  readonly usable: boolean;
  /** Handles the records and commits the results with the position after them. */
  handle(records: readonly IncomingRecord[], hold: Hold): Promise<void>;
  /** Keeps the record in quarantine, and commits the position after it. */
  quarantine(record: IncomingRecord, order: QuarantineOrder): Promise<void>;
  close(): Promise<void>;
}

/** A lane's hold on its partition. */
export interface Hold {
  /** Aborts when the worker stops or loses the lane. */
  readonly signal: AbortSignal;
  /** To be called before each commit. @throws EventLogError `stale-owner` when the lane is lost */
  check(): Promise<void>;
}

export interface LaneOptions {
  readonly inbox: Inbox;
  readonly policy: FailurePolicy;
  readonly orders: OrderBook;
  readonly slots: Slots;
  /** Closed while the group rebalances: nothing new is begun. */
  readonly gate: Gate;
  readonly maxBatch: number;
  readonly maxBatchBytes: number;
  readonly open: (lane: LaneName) => Promise<LaneSession>;
  /** Makes the fetch loop go to an offset of this lane. */
  readonly seek: (offset: bigint) => void;
  /** Resolves to whether the group's coordinator has lately confirmed that we are in; waits a while for it. */
  readonly member: (signal: AbortSignal) => Promise<boolean>;
}

/** A lane that has nothing to do looks up from time to time; what arrives wakes it at once. */
const IDLE_MS = 60_000;

/** Reads one partition for one group, for as long as this worker has it. */
export class Lane {
  readonly name: LaneName;
  readonly inbox: Inbox;
  /** Resolves when the lane has ended and let go of everything. */
  readonly ended: Promise<void>;
  readonly #options: LaneOptions;
  readonly #policy: LanePolicy;
  readonly #stopped = new AbortController();
  readonly #lost = new AbortController();
  #position: bigint | undefined;

  constructor(name: LaneName, options: LaneOptions) {
    this.name = name;
    this.inbox = options.inbox;
    this.#options = options;
    this.#policy = new LanePolicy(name, options.policy, options.orders);
    this.ended = this.#run();
  }

  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  report(): LaneReport {
    return this.#policy.report(this.#position ?? this.inbox.from ?? 0n);
  }

  /** Lets it finish and commit what is in hand. */
  stop(): void {
    this.#stopped.abort();
  }

  /** Another worker has the partition now: what is in hand is not committed. */
  lose(): void {
    this.#lost.abort();
    this.#stopped.abort();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.signal.aborted) {
      // Opened only when there is work: an idle partition costs no connection.
      await this.inbox.filled(IDLE_MS, this.signal);
      const [head] = this.inbox.peek(1);
      if (head === undefined) continue;
      const before = this.#position;
      try {
        await this.#session();
      } catch (error) {
        // The log's own fault, or a lost race with another owner: the next session finds out what committed.
        if (error instanceof LaneBlocked) this.#policy.block(head, error);
        failures = this.#position === before ? failures + 1 : 1;
        await pause(backoff(failures), this.signal);
      }
    }
    this.inbox.clear();
  }

  async #session(): Promise<void> {
    // Without it, a process that was frozen would fence the owner that took over, only to be fenced in turn.
    if (!(await this.#options.member(this.signal)) || this.signal.aborted) return;
    const session = await this.#options.open(this.name);
    try {
      this.#position = session.position;
      if (!this.inbox.align(session.position)) this.#options.seek(session.position);
      while (!this.signal.aborted && session.usable) {
        await this.#step(session);
        await this.#policy.rest(this.signal);
      }
    } finally {
      await session.close();
    }
  }

  async #step(session: LaneSession): Promise<void> {
    await this.inbox.filled(IDLE_MS, this.signal);
    const release = await this.#options.slots.take();
    const leave = this.#options.gate.enter();
    try {
      if (leave !== undefined && !this.signal.aborted) this.#advance(await this.#handle(session));
    } finally {
      release();
      leave?.();
    }
    await this.#options.gate.opened(this.signal);
  }

  /** Returns how many records were dealt with. */
  async #handle(session: LaneSession): Promise<number> {
    const { maxBatch, maxBatchBytes } = this.#options;
    const records = this.inbox.peek(this.#policy.limit(maxBatch), maxBatchBytes);
    const [first] = records;
    if (first === undefined) return 0;
    const order = this.#policy.order(first);
    if (order === undefined) {
      const hold = { signal: this.signal, check: () => this.#check() };
      return this.#policy.attempt(records, (prefix) => session.handle(prefix, hold));
    }
    await this.#check();
    await session.quarantine(first, order);
    this.#policy.skipped(first);
    return 1;
  }

  #advance(count: number): void {
    const last = this.inbox.peek(count).at(-1);
    if (last === undefined) return;
    this.#position = last.offset + 1n;
    this.inbox.drop(count);
  }

  /** A worker that stops still commits what it has in hand, as long as it is a member. */
  async #check(): Promise<void> {
    if ((await this.#options.member(this.#lost.signal)) && !this.#lost.signal.aborted) return;
    const { group, topic, partition } = this.name;
    throw new EventLogError('stale-owner', `${group} has lost ${topic}/${partition.toString()}`);
  }
}

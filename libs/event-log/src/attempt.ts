import { describeError, HandlerFailure, type LaneBlocked } from './errors.js';
import { Bell } from './pause.js';
import type { IncomingRecord, LaneReport, QuarantineOrder, WorkerOptions } from './port.js';

/** Which lane: one partition of one topic, as read by one group. */
export interface LaneName {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

/** The defaults of the port's `WorkerOptions`. */
export const workerDefaults = {
  maxBatch: 500,
  maxBytes: 4 * 1024 * 1024,
  concurrency: 4,
  attempts: 5,
  retryDelay: 100,
  parkedRetryDelay: 30_000,
} as const;

export type FailurePolicy = Pick<WorkerOptions, 'attempts' | 'retryDelay' | 'parkedRetryDelay' | 'onLane'>;

/** The orders that a lane asks about its failing record; `QuarantineOrders` satisfies it. */
export interface OrderBook {
  find(lane: LaneName, offset: bigint): QuarantineOrder | undefined;
  /** Calls back at every order for the lane, until the returned function is called. */
  watch(lane: LaneName, onOrder: () => void): () => void;
}

/**
 * Runs a handler, and marks what it throws as its own fault, unless the signal has aborted: a handler
 * that gives up because it was told to has done nothing wrong.
 */
export async function runHandler<T>(signal: AbortSignal, handler: () => Promise<T>): Promise<T> {
  try {
    return await handler();
  } catch (error) {
    if (signal.aborted || error instanceof HandlerFailure) throw error;
    throw new HandlerFailure(error);
  }
}

/**
 * The failure policy of one lane. An adapter's loop is: read, from the lane's position, at most
 * `limit(maxBatch)` records; if `order(records[0])` finds an order, write the record to quarantine, move the
 * position and call `skipped`; otherwise call `attempt`; then `rest`. It must hold no slot of the worker's
 * concurrency while it rests, or a parked lane would stop others.
 */
export class LanePolicy {
  readonly name: LaneName;
  readonly #policy: Required<Omit<FailurePolicy, 'onLane'>>;
  readonly #onLane: FailurePolicy['onLane'];
  readonly #orders: OrderBook;
  readonly #bell = new Bell();
  /** How many records at the head of the lane are known to hold one that fails; 0 when all is well. */
  #suspects = 0;
  #pause = 0;
  #failure: LaneReport['failure'] | undefined;
  #parked = false;

  constructor(name: LaneName, policy: FailurePolicy, orders: OrderBook) {
    this.name = name;
    this.#orders = orders;
    this.#onLane = policy.onLane;
    this.#policy = {
      attempts: policy.attempts ?? workerDefaults.attempts,
      retryDelay: policy.retryDelay ?? workerDefaults.retryDelay,
      parkedRetryDelay: policy.parkedRetryDelay ?? workerDefaults.parkedRetryDelay,
    };
  }

  /** How many of the next records are worth having in hand: fewer while a poison record is sought. */
  limit(maxBatch: number): number {
    if (this.#suspects === 0) return maxBatch;
    return Math.min(maxBatch, Math.max(1, this.#suspects >> 1));
  }

  /**
   * Calls `handle` (the handler, then the commit) with a prefix of the records, and returns how many were
   * handled: all, or, while a poison record is sought, fewer, or 0 when the handler failed. Halving the prefix
   * at each failure commits every record before the poison one, in a logarithmic number of calls.
   * Rejects with the log's own errors, which change nothing here.
   */
  async attempt(
    records: readonly IncomingRecord[],
    handle: (records: readonly IncomingRecord[]) => Promise<void>,
  ): Promise<number> {
    const prefix = records.slice(0, this.limit(records.length));
    const [first] = prefix;
    if (first === undefined) return 0;
    this.#pause = 0;
    try {
      await handle(prefix);
    } catch (error) {
      if (!(error instanceof HandlerFailure)) throw error;
      this.#suspects = prefix.length;
      if (prefix.length === 1) this.#countFailure(first, error);
      return 0;
    }
    this.#passed(prefix);
    return prefix.length;
  }

  /** The operator's order to skip this record, if it is the one that fails. */
  order(record: IncomingRecord): QuarantineOrder | undefined {
    if (this.#failure?.offset !== record.offset) return undefined;
    return this.#orders.find(this.name, record.offset);
  }

  /** To be called when the record has been quarantined and the position has moved past it. */
  skipped(record: IncomingRecord): void {
    this.#passed([record]);
  }

  /** Waits until the next try is due: not at all if nothing failed; less long if an order arrives. */
  async rest(signal: AbortSignal): Promise<void> {
    const { offset } = this.#failure ?? {};
    if (this.#pause === 0 || offset === undefined) return;
    const forget = this.#orders.watch(this.name, () => this.#bell.ring());
    try {
      // An order may have arrived before we watched, and orders for other records of the lane ring too.
      const due = Date.now() + this.#pause;
      while (!signal.aborted && this.#orders.find(this.name, offset) === undefined) {
        const left = due - Date.now();
        if (left <= 0) return;
        await this.#bell.wait(left, signal);
      }
    } finally {
      forget();
    }
  }

  /** Parks the lane at once, whatever stands at its head: the record is not at fault. */
  block(head: IncomingRecord, error: LaneBlocked): void {
    this.#note(head, describeError(error));
    this.#park(head);
  }

  /** The lane as operators see it; `position` is the offset that it reads next. */
  report(position: bigint): LaneReport {
    const report = { ...this.name, position };
    if (!this.#parked || this.#failure === undefined) return { ...report, state: 'running' };
    return { ...report, state: 'parked', failure: this.#failure };
  }

  #countFailure(record: IncomingRecord, error: HandlerFailure): void {
    const attempts = this.#note(record, error.message);
    if (attempts < this.#policy.attempts) {
      this.#pause = this.#policy.retryDelay * 2 ** (attempts - 1);
      return;
    }
    this.#pause = this.#policy.parkedRetryDelay;
    this.#park(record);
  }

  /** Returns how often this record has failed. */
  #note({ offset, key }: IncomingRecord, error: string): number {
    const before = this.#failure?.offset === offset ? this.#failure : undefined;
    const attempts = (before?.attempts ?? 0) + 1;
    this.#failure = { offset, key, error, attempts, since: before?.since ?? new Date() };
    return attempts;
  }

  #park({ offset }: IncomingRecord): void {
    if (this.#parked) return;
    this.#parked = true;
    this.#onLane?.(this.report(offset));
  }

  #passed(records: readonly IncomingRecord[]): void {
    this.#suspects = Math.max(0, this.#suspects - records.length);
    this.#pause = 0;
    this.#failure = undefined;
    const last = records.at(-1);
    if (!this.#parked || last === undefined) return;
    this.#parked = false;
    this.#onLane?.(this.report(last.offset + 1n));
  }
}

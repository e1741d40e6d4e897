import type { LanePolicy } from '../attempt.js';
import { hold } from '../held.js';
import { backoff, pause, type Bell } from '../pause.js';
import type { IncomingRecord, QuarantineOrder } from '../port.js';
import type { Slots } from '../slots.js';
import { SAFETY_POLL } from './wakes.js';

/** What a lane's loop needs of the rest: `transform` and `project` differ in this, and in nothing else. */
export interface LaneWork {
  /** The offset to read next, by what has committed. */
  position(): Promise<bigint>;
  read(from: bigint, maxRecords: number): Promise<IncomingRecord[]>;
  /** Calls the handler, and commits what it made together with the position. */
  handle(records: readonly IncomingRecord[], expected: bigint, signal: AbortSignal): Promise<void>;
  /** Writes the record to quarantine and moves the position past it. */
  skip(record: IncomingRecord, order: QuarantineOrder, expected: bigint, signal: AbortSignal): Promise<void>;
}

export interface LaneLoop {
  readonly policy: LanePolicy;
  readonly work: LaneWork;
  readonly maxBatch: number;
  readonly slots: Slots;
  /** Rings when the topic may have new records. */
  readonly bell: Bell;
  /** Hears the position that the lane will read next. */
  readonly onPosition: (position: bigint) => void;
  /** Asked about each of the log's own errors; the loop goes on unless this throws. */
  readonly onError: (error: unknown) => void;
}

/**
 * Reads, handles and commits, batch after batch, until the signal aborts. Any error of the log's own, a commit
 * of unknown outcome and a stale position included, sends it back to reading the position.
 */
export async function runLane(loop: LaneLoop, signal: AbortSignal): Promise<void> {
  const { policy, bell } = loop;
  let position: bigint | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      position ??= await loop.work.position();
      loop.onPosition(position);
      const next = await withinSlot(loop, position, signal);
      failures = 0;
      if (next === 'empty') await bell.wait(SAFETY_POLL, signal);
      else position = next;
      loop.onPosition(position);
      await policy.rest(signal);
    } catch (error) {
      if (signal.aborted) return;
      loop.onError(error);
      position = undefined;
      failures += 1;
      await pause(backoff(failures), signal);
    }
  }
}

/** One batch, in one of the worker's slots: what is held in memory is held only here. */
async function withinSlot(
  { policy, work, maxBatch, slots }: LaneLoop,
  position: bigint,
  signal: AbortSignal,
): Promise<bigint | 'empty'> {
  const giveBack = await slots.take(signal);
  if (giveBack === undefined) return position;
  let letGo = (): void => undefined;
  try {
    const records = await work.read(position, policy.limit(maxBatch));
    letGo = hold(policy.name, records);
    const [first] = records;
    if (first === undefined) return 'empty';
    const order = policy.order(first);
    if (order !== undefined) {
      await work.skip(first, order, position, signal);
      policy.skipped(first);
      return first.offset + 1n;
    }
    const handled = await policy.attempt(records, (prefix) => work.handle(prefix, position, signal));
    const last = records[handled - 1];
    return last === undefined ? position : last.offset + 1n;
  } finally {
    letGo();
    giveBack();
  }
}

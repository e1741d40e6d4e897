import { EventLogError } from '../errors.js';
import { backoff, Bell, pause } from '../pause.js';
import type { IncomingRecord, Tail, TailOptions } from '../port.js';
import { workerDefaults } from '../attempt.js';
import { fatalError } from './connections.js';
import { newsOfTopic, SAFETY_POLL, type Wakes } from './wakes.js';

/** A partition as a tail sees it. */
export interface TailedPartition {
  /** The next records from an offset on; none if there are none yet. */
  read(from: bigint): Promise<IncomingRecord[]>;
  /** One more than the newest offset that was there when the tail started. */
  readonly endAtStart: bigint;
}

/** At most this many records are read at a time. */
export const TAIL_BATCH = workerDefaults.maxBatch;

/** Hands every record of the partitions to the handler, one after the other, until stopped. */
export function startTail(options: TailOptions, partitions: readonly TailedPartition[], wakes: Wakes): Tail {
  const stopping = new AbortController();
  const { signal } = stopping;
  const caughtUp = Promise.withResolvers<undefined>();
  const failed = Promise.withResolvers<never>();
  const bell = new Bell();
  const forget = wakes.subscribe(newsOfTopic(options.topic), bell);
  const positions = partitions.map(() => 0n);
  const behind = new Set(partitions.keys());

  /** Reads each partition once; true if any had records. */
  const round = async (): Promise<boolean> => {
    let found = false;
    for (const [index, partition] of partitions.entries()) {
      const records = await partition.read(positions[index] ?? 0n);
      found ||= records.length > 0;
      for (const record of records) {
        if (signal.aborted) return true;
        await handle(options, record);
        positions[index] = record.offset + 1n;
      }
      // Compaction may have removed the record that was the newest at the start, so an empty read counts too.
      if (records.length === 0 || (positions[index] ?? 0n) >= partition.endAtStart) behind.delete(index);
    }
    if (behind.size === 0) caughtUp.resolve(undefined);
    return found;
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const found = await round();
        failures = 0;
        if (!found) await bell.wait(SAFETY_POLL, signal);
      } catch (error) {
        const end = error instanceof TailHandlerError ? error.cause : fatalError(error);
        if (end !== undefined) {
          failed.reject(end);
          caughtUp.reject(end);
          break;
        }
        failures += 1;
        await pause(backoff(failures), signal);
      }
    }
    forget();
    caughtUp.reject(new EventLogError('closed', `The tail of "${options.topic}" was stopped`));
  };
  // Whoever does not wait for the catching up still hears of a failure through `failed`.
  caughtUp.promise.catch(() => undefined);
  const running = run();

  return {
    caughtUp: caughtUp.promise,
    failed: failed.promise,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

class TailHandlerError extends Error {}

async function handle(options: TailOptions, record: IncomingRecord): Promise<void> {
  try {
    await options.handler(record);
  } catch (error) {
    throw new TailHandlerError('A handler of a tail threw', { cause: error });
  }
}

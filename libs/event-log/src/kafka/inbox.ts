import type { LaneName } from '../attempt.js';
import { hold, sizeOf } from '../held.js';
import { Bell } from '../pause.js';
import type { IncomingRecord } from '../port.js';

/** Waits are woken; this only bounds them. */
const IDLE_MS = 60_000;

/**
 * What has been fetched for one lane and is not committed yet: a contiguous stretch of its partition, bounded
 * by bytes. The fetch loop fills it and never waits long; the lane empties it at its own pace.
 */
export class Inbox {
  readonly #lane: LaneName;
  readonly #maxBytes: number;
  #records: IncomingRecord[] = [];
  #bytes = 0;
  /** The stretch covers [from, next), though not every offset in it has a record. */
  #from: bigint | undefined;
  #next: bigint | undefined;
  #held: { readonly last: bigint; readonly release: () => void }[] = [];
  readonly #arrived = new Bell();
  readonly #left = new Bell();

  constructor(lane: LaneName, maxBytes: number) {
    this.#lane = lane;
    this.#maxBytes = maxBytes;
  }

  /** The offset up to which all has been let go of; undefined if nothing has been fetched yet. */
  get from(): bigint | undefined {
    return this.#from;
  }

  /** The offset that is to be fetched next; undefined if nothing has been fetched yet. */
  get next(): bigint | undefined {
    return this.#next;
  }

  get full(): boolean {
    return this.#bytes >= this.#maxBytes;
  }

  /**
   * Takes as many of the records as fit, at least one if it is not full.
   *
   * @param from the offset from which they were fetched
   * @returns how many were taken or were known already
   */
  offer(records: readonly IncomingRecord[], from: bigint): number {
    this.#from ??= from;
    this.#next ??= from;
    let taken = 0;
    const fresh: IncomingRecord[] = [];
    for (const record of records) {
      if (this.full) break;
      taken += 1;
      if (record.offset < this.#next) continue;
      this.#next = record.offset + 1n;
      this.#bytes += sizeOf(record);
      fresh.push(record);
    }
    const last = fresh.at(-1);
    if (last === undefined) return taken;
    this.#records.push(...fresh);
    this.#held.push({ last: last.offset, release: hold(this.#lane, fresh) });
    this.#arrived.ring();
    return taken;
  }

  /** The first records: at most so many, and none after the one with which `maxBytes` is reached. */
  peek(limit: number, maxBytes = Infinity): IncomingRecord[] {
    let bytes = 0;
    let count = 0;
    for (const record of this.#records) {
      if (count === limit || bytes >= maxBytes) break;
      bytes += sizeOf(record);
      count += 1;
    }
    return this.#records.slice(0, count);
  }

  /** Lets go of the first records, which have been committed. */
  drop(count: number): void {
    const dropped = this.#records.splice(0, count);
    const last = dropped.at(-1);
    if (last === undefined) return;
    this.#from = last.offset + 1n;
    this.#bytes -= dropped.reduce((sum, record) => sum + sizeOf(record), 0);
    this.#release(this.#from);
    this.#left.ring();
  }

  /**
   * Makes the stretch begin at the lane's position.
   *
   * @returns false if it did not reach there; it is then empty, and the next fetch must be from the position
   */
  align(position: bigint): boolean {
    const covered =
      this.#from !== undefined &&
      this.#next !== undefined &&
      this.#from <= position &&
      position <= this.#next;
    this.drop(this.#records.filter(({ offset }) => !covered || offset < position).length);
    this.#from = position;
    if (!covered) this.#next = position;
    return covered;
  }

  clear(): void {
    this.drop(this.#records.length);
  }

  /** Resolves when there may be something to read, after `ms`, or when the signal aborts. */
  async filled(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#records.length === 0) await this.#arrived.wait(ms, signal);
  }

  /** Resolves to whether there is room: at once if so, otherwise within `ms`. */
  async room(ms: number, signal: AbortSignal): Promise<boolean> {
    const deadline = Date.now() + ms;
    while (this.full && !signal.aborted && Date.now() < deadline) {
      await this.#left.wait(deadline - Date.now(), signal);
    }
    return !this.full;
  }

  /** Resolves when at least half of it is free, or when the signal aborts. */
  async drained(signal: AbortSignal): Promise<void> {
    while (this.#bytes * 2 > this.#maxBytes && !signal.aborted) await this.#left.wait(IDLE_MS, signal);
  }

  #release(from: bigint): void {
    while (this.#held[0] !== undefined && this.#held[0].last < from) this.#held.shift()?.release();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { heldChannel, type HeldChange } from '../held.js';
import type { EventLog, IncomingRecord, OutgoingRecord } from '../port.js';
import type { TestDatabase } from './test-database.js';

/** Polls until the condition holds; rejects, saying what was waited for, after `within` ms. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  within = 20_000,
): Promise<void> {
  const end = Date.now() + within;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited ${within.toString()} ms for: ${what}`);
    await sleep(20);
  }
}

/** Everything in a topic, as it comes in. */
export async function collect(log: EventLog, topic: string): Promise<IncomingRecord[]> {
  const records: IncomingRecord[] = [];
  await log.tail({ topic, handler: (record) => void records.push(record) });
  return records;
}

/** `count` records over `keys` keys; each value is the record's number, which rises within a key. */
export const numbered = (count: number, keys: number, from = 0): OutgoingRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `key-${((from + index) % keys).toString()}`,
    value: Buffer.from((from + index).toString()),
  }));

/** What a copy of `numbered` records amounts to: all as it should be if nothing was lost, repeated or reordered. */
export interface Tally {
  readonly distinct: number;
  readonly repeated: number;
  readonly outOfOrder: number;
}

export function tally(
  copies: readonly { readonly key: string; readonly value: Buffer | string | null }[],
): Tally {
  const seen = new Set<number>();
  const newest = new Map<string, number>();
  let repeated = 0;
  let outOfOrder = 0;
  for (const { key, value } of copies) {
    const number = Number(value?.toString());
    if (seen.has(number)) repeated += 1;
    seen.add(number);
    if (number < (newest.get(key) ?? -1)) outOfOrder += 1;
    newest.set(key, number);
  }
  return { distinct: seen.size, repeated, outOfOrder };
}

/** Each record once, and in order within its key. */
export const wholeTally = (count: number): Tally => ({ distinct: count, repeated: 0, outOfOrder: 0 });

export async function createRowsTable(database: TestDatabase, table: string): Promise<void> {
  await database.query(
    `CREATE TABLE ${table} (id bigint GENERATED ALWAYS AS IDENTITY, key text NOT NULL, value text NOT NULL)`,
  );
}

export const rowsOf = (database: TestDatabase, table: string): Promise<{ key: string; value: string }[]> =>
  database.query(`SELECT key, value FROM ${table} ORDER BY id`);

/** Measures what workers of a group hold of their input, in this process. */
export function measureHeld(group: string): { peak(): { records: number; bytes: number }; stop(): void } {
  let [records, bytes, mostRecords, mostBytes] = [0, 0, 0, 0];
  const listen = (message: unknown): void => {
    const change = message as HeldChange;
    if (change.lane.group !== group) return;
    records += change.records;
    bytes += change.bytes;
    mostRecords = Math.max(mostRecords, records);
    mostBytes = Math.max(mostBytes, bytes);
  };
  heldChannel.subscribe(listen);
  return {
    peak: () => ({ records: mostRecords, bytes: mostBytes }),
    stop: () => heldChannel.unsubscribe(listen),
  };
}

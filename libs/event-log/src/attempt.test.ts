import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LanePolicy, runHandler } from './attempt.js';
import { HandlerFailure } from './errors.js';
import type { IncomingRecord, LaneReport, QuarantineOrder } from './port.js';

const lane = { group: 'g', topic: 't', partition: 0 };
const noOrders = { find: () => undefined, watch: () => () => undefined };

const recordsFrom = (from: number, to: number): IncomingRecord[] =>
  Array.from({ length: to - from }, (_, index) => ({
    topic: 't',
    partition: 0,
    offset: BigInt(from + index),
    key: 'k',
    value: null,
    headers: {},
    timestamp: 0,
  }));

const offsetOf = (record: IncomingRecord): number => Number(record.offset);

/** Runs a lane of `count` records as an adapter would, until `tries` handler calls have failed at one record. */
async function drive(
  policy: LanePolicy,
  count: number,
  isPoison: (offset: number) => boolean,
  maxBatch: number,
) {
  const committed: number[] = [];
  let calls = 0;
  for (let position = 0; position < count;) {
    const records = recordsFrom(position, Math.min(count, position + policy.limit(maxBatch)));
    const handled = await policy.attempt(records, (prefix) => {
      calls += 1;
      if (prefix.some((record) => isPoison(offsetOf(record)))) throw new HandlerFailure(new Error('poison'));
      committed.push(...prefix.map(offsetOf));
      return Promise.resolve();
    });
    position += handled;
    if (policy.report(BigInt(position)).state === 'parked') return { committed, calls, position };
  }
  return { committed, calls, position: count };
}

describe('the failure policy of a lane', () => {
  it('commits all before the first poison record and stops there, for any lane and batch', async () => {
    const lanes = fc.record({
      count: fc.integer({ min: 1, max: 200 }),
      poison: fc.integer({ min: 0, max: 250 }),
      maxBatch: fc.integer({ min: 1, max: 120 }),
    });
    await fc.assert(
      fc.asyncProperty(lanes, async ({ count, poison, maxBatch }) => {
        const policy = new LanePolicy(lane, { attempts: 2, retryDelay: 0, parkedRetryDelay: 0 }, noOrders);
        const { committed, position } = await drive(policy, count, (offset) => offset === poison, maxBatch);
        const end = Math.min(count, poison);
        expect(committed).toEqual(recordsFrom(0, end).map(offsetOf));
        expect(position).toBe(end);
      }),
    );
  });

  it('finds a poison record in a logarithmic number of calls', async () => {
    const policy = new LanePolicy(lane, { attempts: 1 }, noOrders);
    const { calls } = await drive(policy, 512, (offset) => offset === 300, 512);
    expect(calls).toBeLessThanOrEqual(11);
  });

  it('reports each parking and each running again once, with what went wrong', async () => {
    const reports: LaneReport[] = [];
    const policy = new LanePolicy(
      lane,
      { attempts: 2, retryDelay: 0, parkedRetryDelay: 0, onLane: (report) => void reports.push(report) },
      noOrders,
    );
    const fail = () => Promise.reject(new HandlerFailure(new RangeError('too big')));
    for (let round = 0; round < 4; round += 1) await policy.attempt(recordsFrom(7, 8), fail);
    expect(reports).toHaveLength(1);
    expect(policy.report(7n)).toMatchObject({
      state: 'parked',
      failure: { offset: 7n, key: 'k', error: 'RangeError: too big', attempts: 4 },
    });
    await policy.attempt(recordsFrom(7, 8), () => Promise.resolve());
    expect(reports.map(({ state, position }) => [state, position])).toEqual([
      ['parked', 7n],
      ['running', 8n],
    ]);
  });

  it("does not count the log's own errors, nor those of a handler that was told to stop", async () => {
    const policy = new LanePolicy(lane, { attempts: 1 }, noOrders);
    const lost = new Error('connection lost');
    await expect(policy.attempt(recordsFrom(0, 1), () => Promise.reject(lost))).rejects.toBe(lost);
    const stopped = new Error('aborted');
    const told = runHandler(AbortSignal.abort(), () => Promise.reject(stopped));
    await expect(told).rejects.toBe(stopped);
    expect(policy.report(0n).state).toBe('running');
  });

  it('rests longer after each failure, and less long when an order arrives', async () => {
    const orders = new Map<bigint, QuarantineOrder>();
    let ring = (): void => undefined;
    const policy = new LanePolicy(
      lane,
      { attempts: 3, retryDelay: 40, parkedRetryDelay: 60_000 },
      {
        find: (_, offset) => orders.get(offset),
        watch: (_, onOrder) => {
          ring = onOrder;
          return () => undefined;
        },
      },
    );
    const { signal } = new AbortController();
    const [record] = recordsFrom(5, 6);
    if (record === undefined) throw new Error('No record');
    const rested: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      await policy.attempt([record], () => Promise.reject(new HandlerFailure('no')));
      const start = performance.now();
      await policy.rest(signal);
      rested.push(performance.now() - start);
    }
    expect(rested[0]).toBeGreaterThan(35);
    expect(rested[1]).toBeGreaterThan(75);

    await policy.attempt([record], () => Promise.reject(new HandlerFailure('no')));
    expect(policy.order(record)).toBeUndefined();
    const resting = policy.rest(signal);
    ring();
    const order = { ...lane, offset: 5n, by: 'o', because: 'b' };
    orders.set(5n, order);
    ring();
    await resting;
    expect(policy.order(record)).toBe(order);
    policy.skipped(record);
    expect(policy.report(6n).state).toBe('running');
    expect(policy.limit(500)).toBe(500);
  });
});

import { LanePolicy, workerDefaults, type LaneName } from '../attempt.js';
import { backoff, Bell, pause } from '../pause.js';
import type { LaneReport, Worker, WorkerOptions } from '../port.js';
import type { QuarantineOrders } from '../orders.js';
import { Slots } from '../slots.js';
import { fatalError } from './connections.js';
import { fairShare } from './fair-share.js';
import { runLane, type LaneWork } from './lane.js';
import { OwnerSession } from './owner-session.js';
import type { Partition } from './read.js';
import type { SchemaNames } from './schema.js';
import { newsOfPartition, type Wakes } from './wakes.js';

/** A lane as a worker may own it: `positionId` is what is locked. */
export interface OwnableLane {
  readonly name: LaneName;
  readonly positionId: number;
  readonly partition: Partition;
}

export interface WorkerParts {
  readonly options: WorkerOptions;
  readonly connectionString: string;
  readonly names: SchemaNames;
  readonly readerId: number;
  readonly lanes: readonly OwnableLane[];
  readonly sessionTimeout: number;
  readonly orders: QuarantineOrders;
  readonly wakes: Wakes;
  readonly workOf: (lane: OwnableLane) => LaneWork;
}

/** The group is looked at this often, in ms, and at once when a worker joins, leaves or gives a lane up. */
const LOOK = 500;

interface OwnedLane {
  readonly stop: () => void;
  /** Resolves when the loop has ended and nothing of the lane is in hand. */
  readonly ended: Promise<void>;
  readonly report: () => LaneReport;
}

/**
 * Takes part in a group and works on a fair share of its lanes. While the database cannot be reached no lane is
 * worked on; afterwards the worker joins again.
 */
export function startWorker(parts: WorkerParts): Worker {
  const { options, lanes, wakes } = parts;
  const slots = new Slots(options.concurrency ?? workerDefaults.concurrency);
  const stopping = new AbortController();
  const owned = new Map<number, OwnedLane>();
  const groupBell = new Bell();
  const groupName = `group ${options.group}`;
  const unsubscribe = wakes.subscribe(groupName, groupBell);
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();

  const endIfFatal = (error: unknown): void => {
    const fatal = fatalError(error);
    if (fatal === undefined) return;
    fail(fatal);
    stopping.abort();
  };

  const startLane = (lane: OwnableLane, session: OwnerSession): void => {
    const giveUp = new AbortController();
    const signal = AbortSignal.any([stopping.signal, session.ended, giveUp.signal]);
    const policy = new LanePolicy(lane.name, options, parts.orders);
    const bell = new Bell();
    const forget = wakes.subscribe(newsOfPartition(lane.name.topic, lane.name.partition), bell);
    let position = 0n;
    const loop = {
      policy,
      work: parts.workOf(lane),
      maxBatch: options.maxBatch ?? workerDefaults.maxBatch,
      slots,
      bell,
      onPosition: (now: bigint) => {
        position = now;
      },
      onError: endIfFatal,
    };
    const run = async (): Promise<void> => {
      await runLane(loop, signal);
      forget();
      // Released only now that nothing is in hand: whoever takes the lane next repeats no work.
      if (!session.ended.aborted) await session.release(lane.positionId).catch(() => undefined);
      owned.delete(lane.positionId);
      wakes.announce([groupName]);
    };
    owned.set(lane.positionId, {
      stop: () => giveUp.abort(),
      ended: run(),
      report: () => policy.report(position),
    });
  };

  /** Gives lanes up or takes free ones, so that this worker comes to own its share. */
  const share = async (session: OwnerSession): Promise<void> => {
    const group = await session.state();
    const quota = fairShare(lanes.length, group.members, group.rank);
    const excess = [...owned.values()].slice(quota);
    for (const lane of excess) lane.stop();
    for (const lane of lanes) {
      if (owned.size >= quota) return;
      if (owned.has(lane.positionId) || group.owned.has(lane.positionId)) continue;
      if (await session.acquire(lane.positionId)) startLane(lane, session);
    }
  };

  const takePart = async (session: OwnerSession): Promise<void> => {
    const signal = AbortSignal.any([stopping.signal, session.ended]);
    wakes.announce([groupName]);
    try {
      while (!signal.aborted) {
        await share(session);
        await groupBell.wait(Math.min(LOOK, parts.sessionTimeout / 4), signal);
      }
      // The session is kept, and kept alive, until what is in hand has been committed.
      while (!session.ended.aborted && owned.size > 0) {
        await session.state();
        await Promise.race([allEnded(owned), pause(Math.min(LOOK, parts.sessionTimeout / 4), session.ended)]);
      }
    } finally {
      await session.leave();
      wakes.announce([groupName]);
    }
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        const session = await OwnerSession.join(
          parts.connectionString,
          parts.names,
          parts.readerId,
          parts.sessionTimeout,
        );
        failures = 0;
        await takePart(session);
      } catch (error) {
        endIfFatal(error);
      }
      failures += 1;
      await pause(backoff(failures), stopping.signal);
    }
    await allEnded(owned);
    unsubscribe();
  };
  const running = run();

  return {
    lanes: () => [...owned.values()].map(({ report }) => report()),
    stop: async () => {
      stopping.abort();
      await running;
    },
    failed,
  };
}

const allEnded = async (owned: ReadonlyMap<number, OwnedLane>): Promise<unknown> =>
  Promise.all([...owned.values()].map(({ ended }) => ended));

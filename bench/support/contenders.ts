import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Admin } from 'kafkajs';
import type { SeparateApps } from '../../test/support/separate.js';
import { startPeer } from './peer-process.js';
import { whenStable } from './topic.js';

/** A program at work on its input. */
export interface Running {
  readonly pids: readonly number[];
  /** When it got its first input, ms since 1970. */
  readonly firstInput: Promise<number>;
  stop(): Promise<void>;
}

/** Where a program reads and writes in one run. */
export interface Way {
  readonly brokers: string;
  readonly group: string;
  readonly input: string;
  readonly outputs: readonly string[];
}

export type Start = (way: Way) => Promise<Running> | Running;

/** Our enforcer, as it runs in life; its topics and its group are its own. */
export const startEnforcers =
  (apps: SeparateApps, admin: Admin, count: number): Start =>
  async ({ group }) => {
    const others: Promise<{ readonly pid: number; end(signal: 'SIGTERM'): Promise<unknown> }>[] = [];
    const first = apps.start('enforcer');
    for (let more = 1; more < count; more += 1) others.push(apps.startAnother('enforcer'));
    // Conservative: it counts from when the group has its lanes, before anything was fetched.
    const firstInput = whenStable(admin, group);
    firstInput.catch(() => undefined);
    await first;
    const processes = [apps.process('enforcer'), ...(await Promise.all(others))];
    return {
      pids: processes.map(({ pid }) => pid),
      firstInput,
      stop: async () => {
        await Promise.all(processes.map((process) => process.end('SIGTERM')));
      },
    };
  };

/** Settings of Kafka Streams beside those that make it run at all. */
export const STREAMS_DEFAULT = {
  'processing.guarantee': 'exactly_once_v2',
  'num.stream.threads': 2,
} as const;

export const STREAMS_TUNED = {
  ...STREAMS_DEFAULT,
  'producer.batch.size': 128 * 1024,
  'consumer.max.partition.fetch.bytes': 4 * 1024 * 1024,
  'consumer.max.poll.records': 5_000,
  'buffered.records.per.partition': 5_000,
} as const;

export const STREAMS_TUNED_LZ4 = { ...STREAMS_TUNED, 'producer.compression.type': 'lz4' } as const;

/** The Kafka Streams app. @param classPath of its build */
export const startStreams =
  (classPath: string, settings: Readonly<Record<string, string | number>>): Start =>
  ({ brokers, group, input, outputs }) => {
    const folder = mkdtempSync(join(tmpdir(), 'concordat-streams-'));
    const file = join(folder, 'streams.properties');
    const all = {
      'application.id': group,
      'bootstrap.servers': brokers,
      'state.dir': join(folder, 'state'),
      'replication.factor': 1,
      ...settings,
    };
    writeFileSync(
      file,
      Object.entries(all)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const main = 'concordat.bench.Project';
    const { pid, firstInput, stop } = startPeer('java', ['-cp', classPath, main, file, input, ...outputs]);
    return {
      pids: [pid],
      firstInput,
      stop: async () => {
        await stop();
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      },
    };
  };

const HOOKS = new URL('../../test/from-source.mjs', import.meta.url).href;
const LOOP = fileURLToPath(new URL('../peers/kafkajs/loop.ts', import.meta.url));

/** The bare loop over kafkajs. */
export const startKafkajs =
  (shape: 'records' | 'blocks'): Start =>
  ({ brokers, group, input, outputs }) => {
    const args = ['--import', HOOKS, LOOP, brokers, group, shape, input, ...outputs];
    const { pid, firstInput, stop } = startPeer(process.execPath, args);
    return { pids: [pid], firstInput, stop };
  };

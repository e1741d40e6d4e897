import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { EventLog } from '../port.js';
import { appending } from './appending.js';
import { exactlyOnce } from './exactly-once.js';
import { failures } from './failures.js';
import type { ContractHarness } from './harness.js';
import { ownership } from './ownership.js';
import { tailing } from './tailing.js';
import type { Job } from './worker.js';
import { bundleWorker, startWorkerProcess, type WorkerProcess } from './worker-process.js';

/** What a test of the contract works with. What it opens and starts ends with the test. */
export interface ContractContext {
  readonly harness: ContractHarness;
  open(): Promise<EventLog>;
  startProcess(jobs: readonly Job[]): WorkerProcess;
  /** A name that no other test has, for topics, groups and tables. */
  name(kind: string): string;
}

/** The contract of the port: every adapter runs it, and passes. */
export function eventLogContract(adapter: string, makeHarness: () => Promise<ContractHarness>): void {
  describe(`the event log on ${adapter}`, () => {
    const opened: EventLog[] = [];
    const processes: WorkerProcess[] = [];
    let harness: ContractHarness | undefined;
    let bundle = '';
    let names = 0;

    beforeAll(async () => {
      harness = await makeHarness();
      bundle = await bundleWorker(harness.workerEntry);
    }, 120_000);

    afterEach(async () => {
      await Promise.all(processes.splice(0).map((process) => process.kill()));
      await Promise.all(opened.splice(0).map((log) => log.close()));
    });

    afterAll(async () => {
      await harness?.close();
      if (bundle !== '') await rm(dirname(bundle), { recursive: true, force: true });
    });

    const context = (): ContractContext => {
      if (harness === undefined) throw new Error('The harness was not made');
      const made = harness;
      return {
        harness: made,
        open: async () => {
          const log = await made.open();
          opened.push(log);
          return log;
        },
        startProcess: (jobs) => {
          const process = startWorkerProcess(bundle, made, jobs);
          processes.push(process);
          return process;
        },
        name: (kind) => `${kind}_${(names += 1).toString()}`,
      };
    };

    appending(context);
    tailing(context);
    exactlyOnce(context);
    failures(context);
    ownership(context);
  });
}

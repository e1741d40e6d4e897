import { fork } from 'node:child_process';
import { once } from 'node:events';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { ContractHarness } from './harness.js';
import type { Job, WorkerArguments, WorkerMessage } from './worker.js';

/** A worker in an operating-system process of its own. */
export interface WorkerProcess {
  /** Resolves at the first message, sent before or after, that the test accepts. */
  heard(accepts: (message: WorkerMessage) => boolean): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** `kill -9`, and wait until it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop, and waits; its exit code. */
  stop(): Promise<number | null>;
}

/**
 * Bundles the harness's worker into one file, from sources: no build has to be up to date, and a process
 * starts in a fraction of a second. The file lies in the workspace, so that its dependencies are found.
 */
export async function bundleWorker(entry: URL): Promise<string> {
  const outDir = fileURLToPath(
    new URL(`../../node_modules/.contract/${process.pid.toString()}`, import.meta.url),
  );
  const file = `${basename(entry.pathname, '.ts')}.mjs`;
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@concordat/source'] },
    ssr: { resolve: { conditions: ['@concordat/source'] } },
    build: {
      ssr: fileURLToPath(entry),
      outDir,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: file } },
    },
  });
  return join(outDir, file);
}

/** Starts a worker process; resolves at once. */
export function startWorkerProcess(
  bundle: string,
  harness: ContractHarness,
  jobs: readonly Job[],
): WorkerProcess {
  const { workerConfig: config, databaseUrl } = harness;
  const given: WorkerArguments = { config, databaseUrl, jobs };
  const child = fork(bundle, [JSON.stringify(given)], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const messages: WorkerMessage[] = [];
  const listeners = new Set<() => void>();
  child.on('message', (message: WorkerMessage) => {
    messages.push(message);
    for (const listener of listeners) listener();
  });
  return {
    heard: (accepts) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!messages.some(accepts)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      if (child.connected) child.send('stop');
      await exited;
      return child.exitCode;
    },
  };
}

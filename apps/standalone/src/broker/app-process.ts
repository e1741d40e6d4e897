import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PlainError } from '../plain-error.js';

/** One app of the broker, running as a process of its own. */
export interface AppProcess {
  readonly name: string;
  /** Rejects when the process ends without having been asked to. */
  readonly failed: Promise<never>;
  /** Asks it to stop, and resolves when it has. */
  stop(): Promise<void>;
}

/** Ms for an app to become ready. */
const READY_LIMIT = 60_000;

/** Starts an app's built `main.js`; resolves when it says that it is ready. */
export async function startApp(name: string, port: number, env: NodeJS.ProcessEnv): Promise<AppProcess> {
  const main = fileURLToPath(new URL('main.js', import.meta.resolve(`@concordat/${name}`)));
  const follow = new URL('../../follow-parent.mjs', import.meta.url).href;
  const child = spawn(process.execPath, ['--import', follow, main], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let stopping = false;
  const ended = new Promise<string>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${String(code)}`)),
  );
  const failed = ended.then((how) => {
    if (stopping) return new Promise<never>(() => undefined);
    throw new PlainError(`The process of ${name} ended (${how}); the rest is stopped.`);
  });
  failed.catch(() => undefined);
  const stop = async (): Promise<void> => {
    stopping = true;
    if (isRunning(child)) child.kill('SIGTERM');
    await ended;
  };
  try {
    await Promise.race([untilReady(name, port), failed]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { name, failed, stop };
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode === null && signalCode === null;

async function untilReady(name: string, port: number): Promise<void> {
  const deadline = performance.now() + READY_LIMIT;
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    if (performance.now() > deadline) throw new Error(`The process of ${name} did not become ready`);
    await pause(100);
  }
}

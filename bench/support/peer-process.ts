import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that we compare ourselves with, running. */
export interface PeerProcess {
  readonly pid: number;
  /** When it said that the first event had reached it, ms since 1970. Rejects if it ends before. */
  readonly firstInput: Promise<number>;
  /** Asks it to stop, and waits. Safe to call twice. */
  stop(): Promise<void>;
}

const FIRST_INPUT = 'first input';
const STOP_WITHIN = 20_000;

/** Starts a program that prints a line when the first event has reached it. */
export function startPeer(command: string, args: readonly string[]): PeerProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  // When we are killed, it must not go on by itself.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'close').finally(() => process.off('exit', kill));
  let output = '';
  const heard = Promise.withResolvers<number>();
  heard.promise.catch(() => undefined);
  const hear = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    if (output.includes(FIRST_INPUT)) heard.resolve(Date.now());
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const failed = (): void =>
    heard.reject(new Error(`${command} ended before its first event:\n${output.slice(-4_000)}`));
  ended.then(failed, failed);
  return {
    pid: child.pid ?? 0,
    firstInput: heard.promise,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const late = setTimeout(kill, STOP_WITHIN);
      await ended.catch(() => undefined);
      clearTimeout(late);
    },
  };
}

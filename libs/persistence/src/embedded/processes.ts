import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { errorCode } from './embedded-postgres-error.js';

/** Whether a process with that id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/**
 * A mark that tells a process from a later one with the same id: when it started. Undefined where that cannot
 * be had.
 */
export function startMark(pid: number): string | undefined {
  if (process.platform === 'win32') return undefined;
  if (process.platform !== 'linux') return firstLineOf('ps', ['-o', 'lstart=', '-p', pid.toString()]);
  const stat = readOrUndefined(`/proc/${pid.toString()}/stat`);
  // proc(5): the name in parentheses may hold anything, so count from its end; field 22 is the start time.
  const started = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const boot = readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim();
  return started === undefined || boot === undefined ? undefined : `${boot}:${started}`;
}

/** The command line of a living process; undefined if there is none to read (a zombie has none). */
export function commandLine(pid: number): string | undefined {
  if (process.platform !== 'linux') return firstLineOf('ps', ['-o', 'command=', '-p', pid.toString()]);
  return readOrUndefined(`/proc/${pid.toString()}/cmdline`)?.replaceAll('\0', ' ').trim();
}

/** Resolves to whether `condition` came true within `milliseconds`. */
export async function waitUntil(condition: () => boolean, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function firstLineOf(file: string, args: readonly string[]): string | undefined {
  const { stdout, status } = spawnSync(file, args, { encoding: 'utf8', windowsHide: true });
  return status === 0 ? stdout.trim().split('\n')[0] : undefined;
}

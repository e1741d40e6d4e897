import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What Postgres writes about a running server into `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  readonly ready: boolean;
}

/** Reads `postmaster.pid` of a cluster; undefined if there is none, as after an orderly stop. */
export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  try {
    // The line numbers are fixed by pidfile.h in Postgres's source: 1 is the process, 8 the status.
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) return undefined;
    return { pid, ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

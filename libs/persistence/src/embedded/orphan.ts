import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { readPostmasterFile } from './postmaster-file.js';
import { commandLine, isAlive, waitUntil } from './processes.js';

/** How long a server may take to shut down before it is told to drop everything, ms. */
const PATIENCE = 20_000;

/**
 * Stops the server that a killed broker left on this cluster, if there is one, and clears away a
 * `postmaster.pid` that Postgres itself would take for a running server.
 */
export async function stopOrphan(
  cluster: string,
  binaries: Binaries,
  say: (line: string) => void,
): Promise<void> {
  const found = readPostmasterFile(cluster);
  if (found === undefined || !isAlive(found.pid)) return;
  if (!isServerOf(found.pid, cluster, binaries)) {
    // The number now belongs to another program (after a reboot, or in a new container). Postgres keeps a
    // second guard, on its shared memory, so this cannot start two servers on one cluster.
    rmSync(join(cluster, 'postmaster.pid'), { force: true });
    return;
  }
  say(`Stopping the database server that an earlier run left behind (process ${found.pid.toString()}).`);
  const gone = (): boolean => !isServerOf(found.pid, cluster, binaries);
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    send(found.pid, signal, cluster);
    if (await waitUntil(gone, PATIENCE)) return;
  }
  throw new EmbeddedPostgresError(
    'already-running',
    `The database server in ${cluster} (process ${found.pid.toString()}) does not stop. Stop it by hand, then start again.`,
  );
}

function send(pid: number, signal: NodeJS.Signals, cluster: string): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isAlive(pid)) return;
    throw new EmbeddedPostgresError(
      'already-running',
      `A database server of another user runs in ${cluster} (process ${pid.toString()}). Stop it as that user, or pass another data folder.`,
      error,
    );
  }
}

function isServerOf(pid: number, cluster: string, binaries: Binaries): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform === 'win32') {
    return spawnSync(binaries.pgCtl, ['status', '-D', cluster], { windowsHide: true }).status === 0;
  }
  return commandLine(pid)?.includes(`-D ${cluster} `) ?? false;
}

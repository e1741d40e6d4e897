import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWNER } from './data-folder.js';
import { EmbeddedPostgresError, fileSystemError } from './embedded-postgres-error.js';
import { isAlive, startMark } from './processes.js';

/** Folders whose server this very process runs. */
const ours = new Set<string>();

/**
 * Claims the data folder for this process, so that a second broker does not take the database from under a
 * first one, while a database whose broker was killed can be told from one that is in use.
 *
 * @throws EmbeddedPostgresError `already-running`
 */
export function claim(folder: string): void {
  const owner = ours.has(folder) ? process.pid : livingOwner(folder);
  if (owner !== undefined) {
    throw new EmbeddedPostgresError(
      'already-running',
      `The database in ${folder} is in use by process ${owner.toString()}. Stop that first, or pass another data folder.`,
    );
  }
  try {
    rmSync(join(folder, OWNER), { force: true });
    // `wx` follows no link that the server's account might have left here.
    const text = JSON.stringify({ pid: process.pid, mark: startMark(process.pid) });
    writeFileSync(join(folder, OWNER), `${text}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw fileSystemError(error, folder);
  }
  ours.add(folder);
}

export function release(folder: string): void {
  if (!ours.delete(folder)) return;
  rmSync(join(folder, OWNER), { force: true });
}

function livingOwner(folder: string): number | undefined {
  const owner = readOwner(folder);
  if (owner === undefined || owner.pid === process.pid || !isAlive(owner.pid)) return undefined;
  return startMark(owner.pid) === owner.mark ? owner.pid : undefined;
}

function readOwner(folder: string): { pid: number; mark: unknown } | undefined {
  try {
    const owner: unknown = JSON.parse(readFileSync(join(folder, OWNER), 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner)) return undefined;
    if (typeof owner.pid !== 'number') return undefined;
    return { pid: owner.pid, mark: 'mark' in owner ? owner.mark : undefined };
  } catch {
    // None, or half written by a process that died: nobody's.
    return undefined;
  }
}

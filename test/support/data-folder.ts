import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder that the embedded database can be in, also when the tests run as root and it does not. */
export function newDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-e2e-'));
  chmodSync(folder, 0o755);
  return folder;
}

export const removeDataFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

/** Where standalone's embedded database is and its password, as the data folder has them while it runs. */
export function databaseUrlOf(dataFolder: string): string {
  const folder = databaseFolder(dataFolder);
  const password = readFileSync(join(folder, 'password'), 'utf8').trim();
  // Line 4 of postmaster.pid is the port (pidfile.h in Postgres's source).
  const port = readFileSync(join(folder, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[3] ?? '';
  return `postgres://concordat:${password}@127.0.0.1:${port.trim()}/concordat`;
}

/** The process id of the embedded database. */
export const databasePid = (dataFolder: string): number =>
  Number(readFileSync(join(databaseFolder(dataFolder), 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);

function databaseFolder(dataFolder: string): string {
  const folder = join(dataFolder, 'postgres');
  const moved = join(folder, 'moved-to');
  return existsSync(moved) ? readFileSync(moved, 'utf8').trim() : folder;
}

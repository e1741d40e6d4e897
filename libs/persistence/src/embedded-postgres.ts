import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { serverAccount, type Account } from './embedded/account.js';
import { findBinaries, POSTGRES_MAJOR, type Binaries } from './embedded/binaries.js';
import {
  CLUSTER,
  PASSWORD,
  prepareDataFolder,
  readOrMakePassword,
  UNFINISHED_CLUSTER,
} from './embedded/data-folder.js';
import { EmbeddedPostgresError, fileSystemError } from './embedded/embedded-postgres-error.js';
import { freePort, isFree } from './embedded/free-port.js';
import { stopOrphan } from './embedded/orphan.js';
import { claim, release } from './embedded/ownership.js';
import { run } from './embedded/run.js';
import {
  ServerDidNotStart,
  startServer,
  type ServerOptions,
  type ServerProcess,
} from './embedded/server-process.js';

export { EmbeddedPostgresError, type EmbeddedPostgresFailure } from './embedded/embedded-postgres-error.js';

const USER = 'concordat';
const DATABASE = 'concordat';

export interface EmbeddedPostgresOptions {
  /** Where the database lives: made if it does not exist, and private to the database from then on. */
  readonly dataDir: string;
  /** The port on 127.0.0.1; a free one if not given. */
  readonly port?: number;
  /** Hears what Postgres logs and what we do for it, a line at a time. Never a password. */
  readonly onLog?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** `postgres://user:password@127.0.0.1:port/concordat`. Holds the password: not for logs. */
  readonly url: string;
  readonly port: number;
  /** Where the database is: `dataDir`, unless the server's user cannot reach that. */
  readonly dataDir: string;
  /** Rejects when the server has died and could not be started again. One that dies is started again. */
  readonly failed: Promise<never>;
  /** Fast shutdown, and wait for it. Safe to call twice. */
  stop(): Promise<void>;
  /** Stops it if it runs, then starts it on the same port. */
  restart(): Promise<void>;
  /** `kill -9`, for tests of what a crash does. Start it again with `restart`. */
  kill(): Promise<void>;
}

/**
 * Starts a real Postgres of our own on 127.0.0.1, with everything that it has kept in `dataDir`; on first use
 * it makes the database there. A server that an earlier, killed run left on the same folder is stopped first.
 * The server is in a session of its own (Ctrl-C does not reach it); when this process is killed, the server
 * stops within seconds.
 *
 * @throws EmbeddedPostgresError whose message says what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const onLog = options.onLog ?? (() => undefined);
  const requested = resolve(options.dataDir);
  const account = serverAccount(requested);
  const binaries = await findBinaries(account, onLog);
  const folder = await prepareDataFolder(requested, account, onLog);
  const cluster = join(folder, CLUSTER);

  claim(folder);
  try {
    await stopOrphan(cluster, binaries, onLog);
    const password = await prepareCluster(folder, binaries, account, onLog);
    const server = { binaries, folder, cluster, account, say: onLog, onLog };
    const { started, port } = await startOnPort(server, options.port);
    const url = urlOf(port, password, DATABASE);
    try {
      await makeDatabase(port, password, folder);
    } catch (error) {
      await started.stop();
      throw error;
    }
    return running(started, url, { ...server, port });
  } catch (error) {
    release(folder);
    throw error;
  }
}

/** A server that dies more often than this is not started again, so that its log can be read. */
const MOST_DEATHS = 5;

function running(first: ServerProcess, url: string, options: ServerOptions): EmbeddedPostgres {
  let server = first;
  let wanted = true;
  let deaths = 0;
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined);

  const start = async (): Promise<void> => {
    claim(options.folder);
    try {
      server = await startPatiently(options);
    } catch (error) {
      release(options.folder);
      throw startFailure(error, options);
    }
    watch();
  };
  const watch = (): void => {
    void server.exited.then(async () => {
      release(options.folder);
      if (!wanted) return;
      deaths += 1;
      options.onLog('The database server has died.');
      try {
        if (deaths > MOST_DEATHS) throw new Error('The database server has died too often: see its log.');
        await start();
      } catch (error) {
        fail(error);
      }
    });
  };
  watch();
  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    wanted = false;
    await server[how]();
  };
  return {
    url,
    port: options.port,
    dataDir: options.folder,
    failed,
    stop: () => end('stop'),
    kill: () => end('kill'),
    restart: async () => {
      await end('stop');
      wanted = true;
      await start();
    },
  };
}

/** Makes the cluster on first use; afterwards checks that it is one of ours. Returns the password. */
async function prepareCluster(
  folder: string,
  binaries: Binaries,
  account: Account | undefined,
  say: (line: string) => void,
): Promise<string> {
  const cluster = join(folder, CLUSTER);
  if (existsSync(cluster)) {
    refuseOtherVersion(cluster);
    refuseWithoutPassword(folder);
    return readOrMakePassword(folder, account);
  }
  say(`Making a database in ${folder}.`);
  const password = readOrMakePassword(folder, account);
  // Made beside its place and renamed when whole, so that a crash leaves no half of a cluster.
  const unfinished = join(folder, UNFINISHED_CLUSTER);
  rmSync(unfinished, { recursive: true, force: true });
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const { code, output } = await run(
    binaries.initdb,
    ['-D', unfinished, '-U', USER, `--pwfile=${join(folder, PASSWORD)}`, '--auth=scram-sha-256', ...locale],
    { cwd: folder, account },
  );
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw explain(output, folder) ?? failed('The database could not be made', output);
  }
  renameSync(unfinished, cluster);
  return password;
}

function refuseOtherVersion(cluster: string): void {
  let version: string;
  try {
    version = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    throw fileSystemError(error, cluster);
  }
  if (version === POSTGRES_MAJOR) return;
  throw new EmbeddedPostgresError(
    'wrong-version',
    `The database in ${cluster} was made by Postgres ${version}, and this broker brings Postgres ${POSTGRES_MAJOR}. Start it with the broker that made it, dump it with pg_dump and load the dump into a new data folder; or pass another data folder.`,
  );
}

function refuseWithoutPassword(folder: string): void {
  if (existsSync(join(folder, PASSWORD))) return;
  throw new EmbeddedPostgresError(
    'password-missing',
    `The database in ${folder} is there but the file with its password is not. Put ${join(folder, PASSWORD)} back from a copy, or pass another data folder.`,
  );
}

async function startOnPort(
  server: Omit<ServerOptions, 'port'>,
  wanted: number | undefined,
): Promise<{ started: ServerProcess; port: number }> {
  if (wanted !== undefined && !(await isFree(wanted))) throw portInUse(wanted);
  for (let attempt = 1; ; attempt++) {
    const port = wanted ?? (await freePort());
    try {
      return { started: await startPatiently({ ...server, port }), port };
    } catch (error) {
      const failure = startFailure(error, { ...server, port });
      // Somebody took the port between our looking and Postgres's listening: look for another.
      if (failure.code === 'port-in-use' && wanted === undefined && attempt < 5) continue;
      throw failure;
    }
  }
}

/** After `kill -9` of a server its children need a moment to notice; until then Postgres refuses to start. */
async function startPatiently(options: ServerOptions): Promise<ServerProcess> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    try {
      return await startServer(options);
    } catch (error) {
      const leftovers =
        error instanceof ServerDidNotStart &&
        /pre-existing shared memory|postmaster\.pid/.test(error.message);
      if (!leftovers || performance.now() > deadline) throw error;
      await new Promise((done) => setTimeout(done, 250));
    }
  }
}

function startFailure(
  error: unknown,
  { folder, port }: Pick<ServerOptions, 'folder' | 'port'>,
): EmbeddedPostgresError {
  if (!(error instanceof ServerDidNotStart)) return fileSystemError(error, folder);
  if (/could not bind|could not create any TCP/i.test(error.message)) return portInUse(port);
  return explain(error.message, folder) ?? failed(`The database in ${folder} does not start`, error.message);
}

function portInUse(port: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'port-in-use',
    `Port ${port.toString()} on 127.0.0.1 is in use by another program. Pass another port for the database, or none to have a free one chosen.`,
  );
}

/** What Postgres's own words mean for whoever runs the broker. */
function explain(output: string, folder: string): EmbeddedPostgresError | undefined {
  if (/No space left on device|Disk quota exceeded/.test(output)) {
    return fileSystemError(Object.assign(new Error(output), { code: 'ENOSPC' }), folder);
  }
  if (/Permission denied|Read-only file system/.test(output)) {
    return fileSystemError(Object.assign(new Error(output), { code: 'EACCES' }), folder);
  }
  return undefined;
}

const failed = (what: string, output: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError('failed', `${what}. Postgres says:\n${output.trim() || '(nothing)'}`);

async function makeDatabase(port: number, password: string, folder: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(port, password, 'postgres') });
  // A server that dies while we talk to it shows in the query; without this it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '28P01') {
      throw new EmbeddedPostgresError(
        'password-missing',
        `The password in ${join(folder, PASSWORD)} does not open the database beside it. Put the right file back from a copy, or pass another data folder.`,
        error,
      );
    }
    throw failed(
      `The database in ${folder} does not answer`,
      error instanceof Error ? error.message : String(error),
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

const urlOf = (port: number, password: string, database: string): string =>
  `postgres://${USER}:${password}@127.0.0.1:${port.toString()}/${database}`;

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { readPostmasterFile } from './embedded/postmaster-file.js';
import { commandLine, isAlive, waitUntil } from './embedded/processes.js';

const asRoot = process.getuid?.() === 0;
const onLinux = process.platform === 'linux';

let folder: string;
let dataDir: string;
let started: EmbeddedPostgres[];
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'concordat-test-'));
  // As root the server runs as another user, who must be able to get to the data folder.
  chmodSync(folder, 0o755);
  dataDir = join(folder, 'data');
  started = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const server of started) {
    await server.stop();
    rmSync(server.dataDir, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
});

async function start(port?: number): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(port === undefined ? { dataDir } : { dataDir, port });
  started.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts the database from another process, as a broker does. */
async function startInChild(): Promise<{ child: ChildProcess; url: string; pid: number; server: number }> {
  const script = fileURLToPath(new URL('embedded-postgres.test-process.ts', import.meta.url));
  const hooks = new URL('../../../test/from-source.mjs', import.meta.url).href;
  const child = spawn(
    process.execPath,
    ['--conditions=@concordat/source', '--import', hooks, script, dataDir],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.push(child);
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const server = readPostmasterFile(join(dataDir, 'cluster'))?.pid;
  if (child.pid === undefined || server === undefined) throw new Error('The child did not start a server');
  return { child, url, pid: child.pid, server };
}

async function killNow(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const isRunning = (pid: number): boolean => isAlive(pid) && commandLine(pid) !== '';

function watchdogOf(server: number): number {
  const found = readdirSync('/proc')
    .map(Number)
    .find(
      (pid) =>
        pid > 0 &&
        commandLine(pid)?.startsWith('/bin/sh -c') &&
        commandLine(pid)?.endsWith(` ${server.toString()}`),
    );
  if (found === undefined) throw new Error('There is no watchdog');
  return found;
}

describe('an embedded Postgres', { timeout: 120_000 }, () => {
  it('starts with nothing, keeps its data over a stop, and answers only to its password', async () => {
    const first = await start();
    expect(first.url).toBe(
      `postgres://concordat:${passwordOf(first.dataDir)}@127.0.0.1:${first.port.toString()}/concordat`,
    );
    await query(first.url, 'create table kept (n int); insert into kept values (42)');
    await expect(query(first.url.replace(/:[^:@]+@/, ':guess@'), 'select 1')).rejects.toThrow(/password/);
    await expect(query(first.url.replace(/concordat:[^@]+@/, 'postgres@'), 'select 1')).rejects.toThrow();
    await first.stop();
    await first.stop();
    await expect(query(first.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
    expect(existsSync(join(first.dataDir, 'owner.json'))).toBe(false);

    const second = await start();
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }]);
  });

  it('is durable, in UTF-8 with the locale that is the same everywhere, and listens on 127.0.0.1 only', async () => {
    const { url, dataDir: place } = await start();
    const settings = await query(
      url,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
              current_setting('full_page_writes') as pages, current_setting('listen_addresses') as addresses,
              current_setting('unix_socket_directories') as sockets, current_setting('password_encryption') as passwords,
              current_setting('server_encoding') as encoding, datlocprovider as provider, datlocale as locale
       from pg_database where datname = current_database()`,
    );
    expect(settings).toEqual([
      {
        fsync: 'on',
        commit: 'on',
        pages: 'on',
        addresses: '127.0.0.1',
        sockets: '',
        passwords: 'scram-sha-256',
        encoding: 'UTF8',
        provider: 'b',
        locale: 'C.UTF-8',
      },
    ]);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    expect(statSync(join(place, 'password')).mode & 0o777).toBe(0o600);
  });

  it('comes back on the same port after kill and restart, with every committed row', async () => {
    const server = await start();
    await query(server.url, 'create table kept (n int); insert into kept select generate_series(1, 1000)');
    await server.kill();
    await expect(query(server.url, 'select 1')).rejects.toThrow();
    await server.restart();
    expect(await query(server.url, 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }]);
    await server.restart();
    expect(await query(server.url, 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }]);
  });

  it('starts its server again, on the same port, when somebody else kills it', async () => {
    const { url } = await start();
    await query(url, 'create table kept as select 7 as seven');
    for (let death = 1; death <= 2; death += 1) {
      const pid = readPostmasterFile(join(dataDir, 'cluster'))?.pid ?? 0;
      process.kill(pid, 'SIGKILL');
      await waitUntil(() => !isAlive(pid), 10_000);
      await expect
        .poll(() => query(url, 'select seven from kept').catch(() => 'not yet'), { timeout: 30_000 })
        .toEqual([{ seven: 7 }]);
    }
  });

  it('starts anew on a folder whose server was killed', async () => {
    const first = await start();
    await query(first.url, 'create table kept (n int); insert into kept values (1)');
    await first.kill();
    const second = await start();
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  it('refuses a folder that is in use, here or by another process', async () => {
    const { child, url } = await startInChild();
    await expect(start()).rejects.toMatchObject({ code: 'already-running' });
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]);
    await killNow(child);

    await start();
    await expect(start()).rejects.toMatchObject({ code: 'already-running' });
  });

  it('stops soon after the process that started it was killed', async () => {
    const { child, server } = await startInChild();
    await killNow(child);
    expect(await waitUntil(() => !isRunning(server), 10_000)).toBe(true);
  });

  it('does not hear the terminal: it leads a session of its own', async () => {
    const { server } = await startInChild();
    if (!onLinux) return;
    const stat = readFileSync(`/proc/${server.toString()}/stat`, 'utf8');
    const [, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    expect([Number(group), Number(session)]).toEqual([server, server]);
  });

  it.runIf(onLinux)(
    'takes the folder back from a server that lost both its broker and its watchdog',
    async () => {
      const { child, server, url } = await startInChild();
      await query(url, 'create table kept (n int); insert into kept values (7)');
      process.kill(watchdogOf(server), 'SIGKILL');
      await killNow(child);
      await new Promise((done) => setTimeout(done, 500));
      expect(isRunning(server)).toBe(true);

      const next = await start();
      expect(isRunning(server)).toBe(false);
      expect(await query(next.url, 'select n from kept')).toEqual([{ n: 7 }]);
    },
  );

  it('does not take another program for its server, when that got the number of a crashed one', async () => {
    const first = await start();
    await first.kill();
    const file = join(first.dataDir, 'cluster', 'postmaster.pid');
    const lines = readFileSync(file, 'utf8').split('\n');
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    children.push(stranger);
    writeFileSync(file, [stranger.pid, ...lines.slice(1)].join('\n'));

    const second = await start();
    expect(await query(second.url, 'select 1 as n')).toEqual([{ n: 1 }]);
    expect(stranger.exitCode).toBeNull();
  });

  it('finishes what a crash during the making of the database left half done', async () => {
    mkdirSync(join(dataDir, 'cluster.unfinished'), { recursive: true });
    writeFileSync(join(dataDir, 'cluster.unfinished', 'PG_VERSION'), '18\n');
    const server = await start();
    expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('says what to do about a port in use, and listens on a port that was asked for', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    if (address === null || typeof address === 'string') throw new Error('No port');
    await expect(start(address.port)).rejects.toMatchObject({ code: 'port-in-use', message: /another port/ });
    await new Promise((done) => other.close(done));
    expect((await start(address.port)).port).toBe(address.port);
  });

  it('says what to do about a database of another version, a lost password, a wrong one', async () => {
    const server = await start();
    await server.stop();
    const version = join(server.dataDir, 'cluster', 'PG_VERSION');
    writeFileSync(version, '17\n');
    await expect(start()).rejects.toMatchObject({ code: 'wrong-version', message: /pg_dump/ });
    writeFileSync(version, '18\n');

    const password = join(server.dataDir, 'password');
    const right = readFileSync(password);
    writeFileSync(password, 'wrong\n');
    await expect(start()).rejects.toMatchObject({ code: 'password-missing' });
    rmSync(password);
    await expect(start()).rejects.toMatchObject({ code: 'password-missing', message: /copy/ });
    writeFileSync(password, right, { mode: 0o600 });
    await start();
  });

  it('touches no folder that holds other files, and no file', async () => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'thesis.txt'), '');
    const before = statSync(dataDir);
    await expect(start()).rejects.toMatchObject({ code: 'unwritable', message: /thesis\.txt/ });
    expect(statSync(dataDir)).toMatchObject({ uid: before.uid, mode: before.mode });

    dataDir = join(dataDir, 'thesis.txt');
    await expect(start()).rejects.toMatchObject({ code: 'unwritable' });
  });

  it('logs no password', async () => {
    const lines: string[] = [];
    const server = await startEmbeddedPostgres({ dataDir, onLog: (line) => lines.push(line) });
    started.push(server);
    await server.stop();
    expect(lines.join('\n')).toMatch(/ready to accept connections/);
    expect(lines.join('\n')).not.toContain(passwordOf(server.dataDir));
  });
});

describe.runIf(asRoot)('as root', { timeout: 120_000 }, () => {
  it('runs the server as another user, who owns the folder', async () => {
    const server = await start();
    const owner = statSync(server.dataDir).uid;
    expect(owner).not.toBe(0);
    expect(statSync(join(server.dataDir, 'password')).uid).toBe(owner);
    const pid = readPostmasterFile(join(server.dataDir, 'cluster'))?.pid;
    if (pid !== undefined && onLinux) expect(statSync(`/proc/${pid.toString()}`).uid).toBe(owner);
  });

  it('keeps the database elsewhere, and finds it again, when that user cannot reach the folder', async () => {
    mkdirSync(join(folder, 'private'), { mode: 0o700 });
    dataDir = join(folder, 'private', 'data');
    const first = await start();
    expect(first.dataDir).not.toBe(dataDir);
    expect(readFileSync(join(dataDir, 'moved-to'), 'utf8').trim()).toBe(first.dataDir);
    await query(first.url, 'create table kept (n int); insert into kept values (3)');
    await first.stop();
    const second = await start();
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 3 }]);
  });
});

function passwordOf(place: string): string {
  return readFileSync(join(place, 'password'), 'utf8').trim();
}

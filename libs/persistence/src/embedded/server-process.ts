import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { readPostmasterFile } from './postmaster-file.js';
import { serverEnvironment } from './run.js';
import { startWatchdog } from './watchdog.js';

export interface ServerOptions {
  readonly binaries: Binaries;
  /** The data folder; the server's working folder at the start. */
  readonly folder: string;
  readonly cluster: string;
  readonly port: number;
  readonly account: Account | undefined;
  readonly say: (line: string) => void;
  readonly onLog: (line: string) => void;
}

export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Fast shutdown: ends sessions, writes a checkpoint. Resolves when the process has ended. */
  stop(): Promise<void>;
  /** Ends it at once, as a power failure would. */
  kill(): Promise<void>;
}

/** Why a server did not come up: its last lines. */
export class ServerDidNotStart extends Error {
  override readonly name = 'ServerDidNotStart';
}

/** How long each step of a shutdown may take before the next, harder one, ms. */
const PATIENCE = 30_000;

/**
 * Starts Postgres and waits until it accepts connections, however long it takes to recover from a crash.
 *
 * @throws ServerDidNotStart with what the server said
 */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const { binaries, folder, cluster, port, account, say, onLog } = options;
  const child = spawn(binaries.postgres, serverArguments(cluster, port), {
    cwd: folder,
    env: serverEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a Ctrl-C in the terminal is for the broker, which stops the server last
    windowsHide: true,
    ...account,
  });
  const lastLines: string[] = [];
  const hear = (line: string): void => {
    lastLines.push(line);
    if (lastLines.length > 30) lastLines.shift();
    onLog(line);
  };
  listen(child.stdout, hear);
  listen(child.stderr, hear);

  const { promise: exited, resolve: exit } = Promise.withResolvers<undefined>();
  let running = true;
  child.once('close', () => {
    running = false;
    exit(undefined);
  });
  child.once('error', (error) => {
    lastLines.push(error.message);
    running = false;
    exit(undefined);
  });
  const dismissWatchdog = child.pid === undefined ? () => undefined : startWatchdog(child.pid, account);
  void exited.then(dismissWatchdog);

  let nextWord = performance.now() + 10_000;
  while (running && !isReady(cluster, child.pid)) {
    await Promise.race([exited, pause(25)]);
    if (performance.now() < nextWord) continue;
    say('The database is still getting ready: it repairs itself after a crash.');
    nextWord += 10_000;
  }
  if (!running) throw new ServerDidNotStart(lastLines.join('\n'));
  const pid = child.pid;
  if (pid === undefined) throw new ServerDidNotStart(lastLines.join('\n'));
  letProcessEnd(child);

  const end = async (steps: readonly (() => void)[]): Promise<void> => {
    child.ref();
    for (const step of steps) {
      if (!running) return;
      step();
      if (await within(exited, PATIENCE)) return;
    }
    throw new EmbeddedPostgresError(
      'failed',
      `The database server (process ${pid.toString()}) does not stop. Stop it by hand.`,
    );
  };
  const signal = (name: NodeJS.Signals) => () => {
    child.kill(name);
  };
  const fast =
    process.platform === 'win32'
      ? () => void spawnSync(binaries.pgCtl, ['stop', '-D', cluster, '-m', 'fast'], { windowsHide: true })
      : signal('SIGINT');
  return {
    pid,
    exited,
    stop: () => end([fast, signal('SIGQUIT'), signal('SIGKILL')]),
    kill: () => end([signal('SIGKILL')]),
  };
}

function serverArguments(cluster: string, port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // The defaults, said aloud: a 202 from the broker promises that the record survives a power failure.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Errors are logged without the row at fault and without the statement: both may quote people's records.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    // Every app of the broker keeps a pool of its own.
    max_connections: '200',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', cluster, '-p', port.toString(), ...flags];
}

function isReady(cluster: string, pid: number | undefined): boolean {
  const file = readPostmasterFile(cluster);
  return file !== undefined && file.ready && (file.pid === pid || process.platform === 'win32');
}

function listen(stream: Readable, hear: (line: string) => void): void {
  createInterface({ input: stream }).on('line', hear);
}

/** A broker that ends without stopping its database must not hang on it: the watchdog sees to the server. */
function letProcessEnd(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream instanceof Socket) stream.unref();
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

async function within(event: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, milliseconds);
  });
  const inTime = await Promise.race([event.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}

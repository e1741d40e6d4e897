/**
 * A real Apache Kafka broker for the suites: KRaft, one node, from the jars that pom.xml pins, run by the
 * machine's own Java. No containers. For use from vitest suites and from plain scripts alike.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const POM = join(here, 'pom.xml');
const CACHE = join(here, '..', '..', 'node_modules', '.cache', 'kafka-jars');
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 15_000;
const CLUSTER_ID = 'Y29uY29yZGF0LXRlc3QtMQ';
/** Of Kafka's servers since 4.0. */
const OLDEST_JAVA = 17;

/**
 * Why no broker can be started on this machine, or `undefined` if one can.
 *
 * @returns {Promise<string | undefined>}
 */
export async function whyNoKafka() {
  const java = await run('java', ['-version']).catch(() => undefined);
  if (!java) return 'there is no java on the PATH';
  const version = Number(/version "(\d+)/.exec(java.stderr)?.[1] ?? 0);
  if (version < OLDEST_JAVA) return `java ${version} is too old: Kafka needs ${OLDEST_JAVA} or newer`;
  if (existsSync(await jarsFolder())) return undefined;
  const maven = await run('mvn', ['--version']).catch(() => undefined);
  if (!maven) return 'there is no mvn on the PATH to fetch the broker with';
  return undefined;
}

/**
 * Starts a broker and waits until it answers. It dies with this process.
 *
 * @param {object} [options]
 * @param {string} [options.dataDir] kept on `stop` when given; otherwise a new folder, removed on `stop`
 * @param {number} [options.port] of clients; a free one by default
 * @param {Record<string, string | number>} [options.settings] added to, or in place of, the broker's settings
 * @returns {Promise<import('./broker.mjs').KafkaBroker>}
 */
export async function startKafka({ dataDir, port, settings = {} } = {}) {
  const jars = await fetchJars();
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'concordat-kafka-')));
  await mkdir(folder, { recursive: true });
  const [clientPort, controllerPort] = [port ?? (await freePort()), await freePort()];
  const properties = join(folder, 'server.properties');
  const log = join(folder, 'broker.log');
  const data = join(folder, 'data');

  await writeFile(properties, serverProperties({ clientPort, controllerPort, data, settings }));
  if (!existsSync(join(data, 'meta.properties'))) {
    await run('java', javaArguments(jars, log, 'kafka.tools.StorageTool', storageArguments(properties)));
  }

  let running = await boot();
  return {
    brokers: `localhost:${clientPort}`,
    log,
    kill: async () => end(running, 'SIGKILL'),
    start: async () => {
      if (running.watchdog.exitCode === null) return;
      running = await boot();
    },
    restart: async () => {
      await end(running, 'SIGTERM');
      running = await boot();
    },
    stop: async () => {
      await end(running, 'SIGTERM');
      if (!dataDir) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };

  async function boot() {
    const leftBehind = dataDir ? '' : folder;
    const started = launch(log, leftBehind, javaArguments(jars, log, 'kafka.Kafka', [properties]));
    try {
      await ready(clientPort, started.watchdog, log);
    } catch (error) {
      await end(started, 'SIGKILL');
      throw error;
    }
    return started;
  }
}

/** The folder of the jars that this pom.xml asks for; another pom.xml has another folder. */
async function jarsFolder() {
  const digest = createHash('sha256')
    .update(await readFile(POM))
    .digest('hex');
  return join(CACHE, digest.slice(0, 16));
}

async function fetchJars() {
  const folder = await jarsFolder();
  if (existsSync(folder)) return folder;
  const reason = await whyNoKafka();
  if (reason) throw new Error(`Kafka cannot be started: ${reason}`);
  // Copied beside, then renamed: two runs at once, or one cut short, never leave half a folder.
  await mkdir(CACHE, { recursive: true });
  const partial = await mkdtemp(join(CACHE, 'partial-'));
  await run('mvn', [
    '-q',
    '-B',
    '-f',
    POM,
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${partial}`,
  ]);
  await rename(partial, folder).catch(async (error) => {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  return folder;
}

function javaArguments(jars, log, mainClass, args) {
  const classPath = [here, join(jars, '*')].join(delimiter);
  return [
    '-Xmx512m',
    '-XX:+UseSerialGC',
    '-Djava.awt.headless=true',
    `-Dconcordat.log=${log}`,
    `-Dlog4j2.configurationFile=${join(here, 'log4j2.properties')}`,
    '-cp',
    classPath,
    mainClass,
    ...args,
  ];
}

const storageArguments = (properties) => ['format', '-t', CLUSTER_ID, '-c', properties];

function serverProperties({ clientPort, controllerPort, data, settings }) {
  const all = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@localhost:${controllerPort}`,
    listeners: `PLAINTEXT://localhost:${clientPort},CONTROLLER://localhost:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://localhost:${clientPort}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 5,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // After a kill, the broker waits for its former self's session to end.
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 500,
    'log.cleaner.dedupe.buffer.size': 4 << 20,
    ...settings,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function launch(log, leftBehind, args) {
  const watchdog = spawn(process.execPath, [join(here, 'watchdog.mjs'), log, leftBehind, 'java', ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const pid = once(watchdog.stdout, 'data').then(([text]) => Number(text));
  // It must not keep a finished test run alive; its pipe ends it when the run ends.
  watchdog.unref();
  watchdog.stdin.unref?.();
  watchdog.stdin.on('error', () => {});
  watchdog.stdout.unref?.();
  return { watchdog, pid };
}

async function end({ watchdog, pid }, signal) {
  if (watchdog.exitCode !== null || watchdog.signalCode !== null) return;
  const exited = once(watchdog, 'exit');
  watchdog.ref();
  const kill = (name) => pid.then((id) => process.kill(id, name)).catch(() => {});
  await kill(signal);
  const late = setTimeout(() => void kill('SIGKILL'), STOPPED_WITHIN_MS);
  await exited;
  clearTimeout(late);
}

/** Waits until the broker takes connections. Clients retry what is still loading behind them. */
async function ready(port, watchdog, log) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (watchdog.exitCode !== null)
      throw new Error(`the broker ended while starting; its log:\n${await tail(log)}`);
    if (await accepts(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the broker was not ready in ${READY_WITHIN_MS} ms; its log:\n${await tail(log)}`);
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: 'localhost' });
    const answer = (accepted) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

async function tail(log) {
  const text = await readFile(log, 'utf8').catch(() => '(none)');
  return text.split('\n').slice(-30).join('\n');
}

async function freePort() {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

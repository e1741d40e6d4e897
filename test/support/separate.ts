import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { newKeyPair, type KeyPair } from '@concordat/cli';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@concordat/persistence';
import { newDataFolder, removeDataFolder } from './data-folder.js';
import { freePort, startApp, type NodeProcess } from './node-process.js';
import { startProxy } from './proxy.js';
import { until } from './wait.js';

export const APPS = ['registry', 'identity', 'ledger', 'delivery', 'enforcer', 'intake'] as const;
export type App = (typeof APPS)[number];

/** The broker as separate processes on one database, behind one origin. */
export interface SeparateApps {
  readonly url: string;
  readonly operator: KeyPair;
  readonly postgres: EmbeddedPostgres;
  output(): string;
  process(app: App): NodeProcess;
  /** `kill -9`. */
  kill(app: App): Promise<void>;
  start(app: App): Promise<void>;
  /** Starts one more process of an app, on a port of its own; it ends with the others. */
  startAnother(app: App): Promise<NodeProcess>;
  /** Waits until every app says that it is ready. */
  ready(): Promise<void>;
  /** Ends every app in good order, then the database. Resolves to the apps' exit codes. */
  stop(): Promise<Readonly<Record<App, number | null>>>;
}

export interface SeparateOptions {
  readonly kafkaBrokers?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts all apps, each in a process of its own. */
export async function startSeparately({
  kafkaBrokers,
  env = {},
}: SeparateOptions = {}): Promise<SeparateApps> {
  const dataFolder = newDataFolder();
  const postgres = await startEmbeddedPostgres({ dataDir: `${dataFolder}/postgres` });
  const ports = Object.fromEntries(
    await Promise.all(APPS.map(async (app) => [app, await freePort()] as const)),
  ) as Record<App, number>;
  const origin = await freePort();
  const operator = await newKeyPair();
  const settings = await appSettings(operator);
  const proxy = await startProxy(origin, (path) => {
    const app = APP_OF.find(([beginning]) => path.startsWith(beginning))?.[1];
    return app === undefined ? undefined : ports[app];
  });
  const processes = new Map<App, NodeProcess>();
  const others: NodeProcess[] = [];
  let earlier = '';

  const launch = (app: App, port: number): NodeProcess =>
    startApp(app, [], {
      LOG_LEVEL: 'info',
      ...env,
      PORT: String(port),
      DATABASE_URL: postgres.url,
      TOKEN_ISSUER: proxy.url,
      TOKEN_JWKS_URI: `http://127.0.0.1:${ports.identity}/oauth/jwks`,
      ...(kafkaBrokers === undefined ? {} : { KAFKA_BROKERS: kafkaBrokers }),
      ...settings[app],
    });

  const apps: SeparateApps = {
    url: proxy.url,
    operator,
    postgres,
    output: () => earlier + [...processes.values()].map((process) => process.output()).join(''),
    process: (app) => {
      const process = processes.get(app);
      if (process === undefined) throw new Error(`${app} was never started`);
      return process;
    },
    kill: async (app) => {
      await apps.process(app).end('SIGKILL');
    },
    start: async (app) => {
      earlier += processes.get(app)?.output() ?? '';
      const started = launch(app, ports[app]);
      processes.set(app, started);
      await started.untilOutput('"listening"');
    },
    startAnother: async (app) => {
      const started = launch(app, await freePort());
      others.push(started);
      await started.untilOutput('"listening"');
      return started;
    },
    ready: async () => {
      for (const app of APPS) {
        await until(`${app} being ready`, async () => {
          const health = `http://127.0.0.1:${ports[app]}/health/ready`;
          return (await fetch(health).catch(() => undefined))?.status === 200;
        });
      }
    },
    stop: async () => {
      const codes: Partial<Record<App, number | null>> = {};
      for (const other of others) await other.end('SIGTERM');
      for (const app of [...APPS].reverse()) {
        const process = processes.get(app);
        if (process !== undefined) codes[app] = (await process.end('SIGTERM')).code;
      }
      await proxy.close();
      await postgres.stop();
      removeDataFolder(dataFolder);
      return codes as Record<App, number | null>;
    },
  };
  try {
    await Promise.all(APPS.map((app) => apps.start(app)));
    await apps.ready();
    return apps;
  } catch (error) {
    await apps.stop();
    throw error;
  }
}

const APP_OF: readonly (readonly [string, App])[] = [
  ['/oauth/', 'identity'],
  ['/.well-known/', 'identity'],
  ['/v1/agencies', 'registry'],
  ['/v1/schemas', 'registry'],
  ['/v1/templates', 'registry'],
  ['/v1/agreements', 'registry'],
  ['/v1/events', 'intake'],
  ['/v1/deliveries', 'delivery'],
  ['/v1/audit', 'ledger'],
];

/** What each app is told besides what all are: secrets that only it has. */
async function appSettings(operator: KeyPair): Promise<Record<App, Record<string, string>>> {
  const { privateKey } = await newKeyPair('ES256');
  const ledgerKey = generateKeyPairSync('ed25519').privateKey;
  return {
    registry: {},
    identity: {
      IDENTITY_SIGNING_KEY: JSON.stringify({ ...privateKey, alg: 'ES256', use: 'sig' }),
      OPERATOR_PUBLIC_KEY: JSON.stringify(operator.publicKey),
    },
    ledger: {
      LEDGER_SIGNING_KEY: ledgerKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
    },
    delivery: {},
    enforcer: { ENFORCER_SECRET: randomBytes(32).toString('base64url') },
    intake: {},
  };
}

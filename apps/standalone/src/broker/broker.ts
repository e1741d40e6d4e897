import { resolve } from 'node:path';
import { startEmbeddedPostgres } from '@concordat/persistence';
import type { Logger } from '@concordat/telemetry';
import type { StandaloneOptions } from '../options.js';
import { makeDataFolder } from './data-folder.js';
import { checkPorts } from './ports.js';
import { readOrMakeSecrets, type Secrets } from './secrets.js';

/** The whole broker, running, in one process or in many. */
export interface Broker {
  /** The one origin of its API. */
  readonly url: string;
  readonly secrets: Secrets;
  /** The folder in which everything is kept, absolute. */
  readonly dataFolder: string;
  /** Ends it gracefully, the database last. */
  stop(): Promise<void>;
  /** Rejects when a part of it cannot go on. */
  readonly failed: Promise<never>;
}

/** Steps that take back what was started, in the order of the start. */
export type Undo = (() => Promise<void>)[];

export const LOG_PARTITIONS = 6;
export const LEDGER_ORIGIN = 'concordat.example/ledger';

/** The folder, the secrets and the database, which the broker needs however it runs. */
export async function prepare(options: StandaloneOptions, logger: Logger) {
  await checkPorts(options);
  const dataFolder = makeDataFolder(options.dataFolder);
  const secrets = await readOrMakeSecrets(dataFolder);
  const undo: Undo = [];
  const database =
    options.databaseUrl === undefined
      ? await embeddedDatabase(dataFolder, logger, undo)
      : { url: options.databaseUrl, failed: new Promise<never>(() => undefined) };
  return { dataFolder, secrets, database, undo };
}

/** An outside database looks after itself; the embedded one is ours to watch. */
interface Database {
  readonly url: string;
  readonly failed: Promise<never>;
}

async function embeddedDatabase(dataFolder: string, logger: Logger, undo: Undo): Promise<Database> {
  const postgres = await startEmbeddedPostgres({
    dataDir: resolve(dataFolder, 'postgres'),
    onLog: (line) => logger.debug({ postgres: line }),
  });
  undo.push(() => postgres.stop());
  return postgres;
}

/** Takes back what was started, the last first. */
export async function undoAll(undo: Undo): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step();
}

/** The broker's own address is the issuer of its tokens. */
export const issuerOf = ({ host, port }: Pick<StandaloneOptions, 'host' | 'port'>): string =>
  `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;

import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { tokenVerifier } from '@concordat/auth';
import { openDelivery } from '@concordat/delivery';
import { openEnforcer } from '@concordat/enforcer';
import { serve, type Part, type Served } from '@concordat/http';
import { openIdentity } from '@concordat/identity';
import { openIntake } from '@concordat/intake';
import { openLedger } from '@concordat/ledger';
import { startEmbeddedPostgres } from '@concordat/persistence';
import { openRegistry } from '@concordat/registry';
import { openEventLog, type Surroundings } from '@concordat/service';
import type { Logger } from '@concordat/telemetry';
import type { StandaloneOptions } from '../options.js';
import { readOrMakeSecrets, type Secrets } from './secrets.js';

/** The whole broker, running. */
export interface Broker {
  readonly served: Served;
  readonly secrets: Secrets;
  /** The folder in which everything is kept, absolute. */
  readonly dataFolder: string;
  /** Lets go of what the parts share, after they have stopped. */
  release(): Promise<void>;
}

const LOG_PARTITIONS = 6;
const FRESHNESS_LIMIT = 30;
const LEDGER_ORIGIN = 'concordat.example/ledger';

/** Starts every app of the broker in this process. What was started is stopped again if the rest fails. */
export async function startBroker(options: StandaloneOptions, logger: Logger): Promise<Broker> {
  const dataFolder = resolve(options.dataFolder);
  mkdirSync(dataFolder, { recursive: true });
  const undo: (() => Promise<void>)[] = [];
  try {
    const secrets = await readOrMakeSecrets(dataFolder);
    const databaseUrl = options.databaseUrl ?? (await embeddedDatabase(dataFolder, logger, undo));
    const surroundings = await openSurroundings(options, databaseUrl, logger, undo);
    const parts = await openParts(surroundings, options, secrets, undo);
    const served = await serve(parts, { port: options.port, host: options.host, logger });
    // From here on the server stops the parts, and what remains is what they share.
    undo.splice(undo.length - parts.length);
    return { served, secrets, dataFolder, release: () => undoAll(undo) };
  } catch (error) {
    await undoAll(undo);
    throw error;
  }
}

async function embeddedDatabase(dataFolder: string, logger: Logger, undo: Undo): Promise<string> {
  const postgres = await startEmbeddedPostgres({
    dataDir: resolve(dataFolder, 'postgres'),
    onLog: (line) => logger.debug({ postgres: line }),
  });
  undo.push(() => postgres.stop());
  return postgres.url;
}

async function openSurroundings(
  { host, port, kafkaBrokers }: StandaloneOptions,
  databaseUrl: string,
  logger: Logger,
  undo: Undo,
): Promise<Surroundings> {
  const settings = { DATABASE_URL: databaseUrl, LOG_PARTITIONS };
  const log = await openEventLog(
    kafkaBrokers === undefined ? settings : { ...settings, KAFKA_BROKERS: kafkaBrokers },
    'concordat',
  );
  undo.push(() => log.close());
  const issuer = issuerOf(host, port);
  return { databaseUrl, log, logger, verifyToken: tokenVerifier(issuer, `${issuer}/oauth/jwks`) };
}

async function openParts(
  surroundings: Surroundings,
  { host, port }: StandaloneOptions,
  secrets: Secrets,
  undo: Undo,
): Promise<Part[]> {
  const parts: Part[] = [];
  const add = async (opening: Promise<Part>): Promise<void> => {
    const part = await opening;
    parts.push(part);
    undo.push(() => part.stop());
  };
  await add(openRegistry(surroundings));
  await add(
    openIdentity(surroundings, {
      TOKEN_ISSUER: issuerOf(host, port),
      IDENTITY_SIGNING_KEY: JSON.stringify(secrets.identityKey),
      OPERATOR_PUBLIC_KEY: JSON.stringify(secrets.operator.publicKey),
    }),
  );
  await add(openLedger(surroundings, { LEDGER_ORIGIN, LEDGER_SIGNING_KEY: secrets.ledgerKey }));
  await add(openDelivery(surroundings));
  await add(openEnforcer(surroundings, { ENFORCER_SECRET: secrets.enforcerSecret, FRESHNESS_LIMIT }));
  await add(openIntake(surroundings));
  return parts;
}

type Undo = (() => Promise<void>)[];

async function undoAll(undo: Undo): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step();
}

/** The broker's own address is the issuer of its tokens. */
export const issuerOf = (host: string, port: number): string =>
  `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;

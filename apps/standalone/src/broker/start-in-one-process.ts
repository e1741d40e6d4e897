import { tokenVerifier } from '@concordat/auth';
import { openDelivery } from '@concordat/delivery';
import { openEnforcer } from '@concordat/enforcer';
import { serve, type Part } from '@concordat/http';
import { openIdentity } from '@concordat/identity';
import { openIntake } from '@concordat/intake';
import { openLedger } from '@concordat/ledger';
import { openRegistry } from '@concordat/registry';
import { anyFailure, openEventLog, type Surroundings } from '@concordat/service';
import type { Logger } from '@concordat/telemetry';
import type { StandaloneOptions } from '../options.js';
import {
  issuerOf,
  LEDGER_ORIGIN,
  LOG_PARTITIONS,
  prepare,
  undoAll,
  type Broker,
  type Undo,
} from './broker.js';
import type { Secrets } from './secrets.js';

const FRESHNESS_LIMIT = 30;

/** Starts every app of the broker in this process. What was started is stopped again if the rest fails. */
export async function startInOneProcess(options: StandaloneOptions, logger: Logger): Promise<Broker> {
  const { dataFolder, secrets, database, undo } = await prepare(options, logger);
  try {
    const surroundings = await openSurroundings(options, database.url, logger, undo);
    const shared = undo.length;
    const parts = await openParts(surroundings, options, secrets, undo);
    const served = await serve(parts, { port: options.port, host: options.host, logger });
    // From here on the server stops the parts; what they share is let go of afterwards.
    undo.splice(shared);
    const stop = async (): Promise<void> => {
      await served.stop();
      await undoAll(undo);
    };
    const failed = anyFailure([served.failed, database.failed]);
    return { url: issuerOf(options), secrets, dataFolder, failed, stop };
  } catch (error) {
    await undoAll(undo);
    throw error;
  }
}

async function openSurroundings(
  options: StandaloneOptions,
  databaseUrl: string,
  logger: Logger,
  undo: Undo,
): Promise<Surroundings> {
  const settings = { DATABASE_URL: databaseUrl, LOG_PARTITIONS };
  const { kafkaBrokers } = options;
  const log = await openEventLog(
    kafkaBrokers === undefined ? settings : { ...settings, KAFKA_BROKERS: kafkaBrokers },
    'concordat',
  );
  undo.push(() => log.close());
  const issuer = issuerOf(options);
  return { databaseUrl, log, logger, verifyToken: tokenVerifier(issuer, `${issuer}/oauth/jwks`) };
}

async function openParts(
  surroundings: Surroundings,
  options: StandaloneOptions,
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
      TOKEN_ISSUER: issuerOf(options),
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

import { anyFailure } from '@concordat/service';
import type { Logger } from '@concordat/telemetry';
import type { StandaloneOptions } from '../options.js';
import { startApp, type AppProcess } from './app-process.js';
import { apps } from './apps.js';
import { issuerOf, LEDGER_ORIGIN, LOG_PARTITIONS, prepare, undoAll, type Broker } from './broker.js';
import { startGateway, type Route } from './gateway.js';
import type { Secrets } from './secrets.js';

/**
 * Starts every app as a process of its own, on the ports after the broker's, and a gateway on the broker's
 * port that makes one origin of them.
 */
export async function startProcesses(options: StandaloneOptions, logger: Logger): Promise<Broker> {
  const { dataFolder, secrets, database, undo } = await prepare(options, logger);
  try {
    const env = environment(options, database.url, secrets);
    const processes: AppProcess[] = [];
    const routes: Route[] = apps.flatMap(({ prefixes }, at) =>
      prefixes.map((prefix) => ({ prefix, port: options.port + 1 + at })),
    );
    const origins = apps.map(({ name }, at) => ({ name, port: options.port + 1 + at }));
    const gateway = await startGateway(routes, origins, options.port, options.host);
    undo.push(() => gateway.close());
    for (const { name, port } of origins) {
      const app = await startApp(name, port, env);
      processes.push(app);
      undo.push(() => app.stop());
    }
    const failed = anyFailure([database.failed, ...processes.map((app) => app.failed)]);
    return { url: issuerOf(options), secrets, dataFolder, failed, stop: () => undoAll(undo) };
  } catch (error) {
    await undoAll(undo);
    throw error;
  }
}

function environment(options: StandaloneOptions, databaseUrl: string, secrets: Secrets): NodeJS.ProcessEnv {
  const issuer = issuerOf(options);
  return {
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    ...(options.kafkaBrokers === undefined ? {} : { KAFKA_BROKERS: options.kafkaBrokers }),
    LOG_PARTITIONS: String(LOG_PARTITIONS),
    TOKEN_ISSUER: issuer,
    TOKEN_JWKS_URI: `${issuer}/oauth/jwks`,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn',
    ENFORCER_SECRET: secrets.enforcerSecret,
    IDENTITY_SIGNING_KEY: JSON.stringify(secrets.identityKey),
    OPERATOR_PUBLIC_KEY: JSON.stringify(secrets.operator.publicKey),
    LEDGER_ORIGIN,
    LEDGER_SIGNING_KEY: secrets.ledgerKey,
  };
}

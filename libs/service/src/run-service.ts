import { tokenVerifier } from '@concordat/auth';
import { readConfig } from '@concordat/config';
import { runUntilStopped, serve, type Part } from '@concordat/http';
import type { JsonObject } from '@concordat/record';
import { createLogger, startTelemetry } from '@concordat/telemetry';
import type { Surroundings } from './opening.js';
import { openEventLog } from './open-log.js';
import type { ServiceSettings } from './settings.js';

/**
 * The whole of an app's `main.ts`: reads its settings, opens the log and the app, serves it, and ends it
 * gracefully. A wrong setting stops the start with its name.
 */
export async function runService<Settings extends ServiceSettings>(
  name: string,
  schema: JsonObject,
  open: (surroundings: Surroundings, settings: Settings) => Promise<Part>,
): Promise<void> {
  const settings = readConfig<Settings>(schema, process.env);
  const endTelemetry = startTelemetry(`concordat-${name}`);
  const logger = createLogger(name);
  const log = await openEventLog(settings, `concordat-${name}`);
  const verifyToken = tokenVerifier(settings.TOKEN_ISSUER, settings.TOKEN_JWKS_URI);
  const part = await open({ databaseUrl: settings.DATABASE_URL, log, logger, verifyToken }, settings);
  const served = await serve([part], { port: settings.PORT, host: settings.HOST, logger });
  logger.info({ url: served.url }, 'listening');
  const stop = async (): Promise<void> => {
    await served.stop();
    await log.close();
    await endTelemetry();
  };
  await runUntilStopped({ stop, failed: served.failed }, logger);
}

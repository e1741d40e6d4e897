import type { Logger } from '@concordat/telemetry';
import type { Served } from './serve.js';

/** A stop that takes longer than this is given up, ms: an orchestrator would kill the process anyway. */
const STOP_LIMIT = 30_000;

/**
 * Runs a served app until it is told to stop (SIGTERM, SIGINT) or cannot go on. A second signal ends the
 * process at once.
 *
 * @param afterwards what to let go of last
 */
export async function runUntilStopped(
  served: Served,
  logger: Logger,
  afterwards: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const signalled = new Promise<string>((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve(signal);
      });
    }
  });
  try {
    logger.info({ signal: await Promise.race([signalled, served.failed]) }, 'stopping');
  } catch (error) {
    logger.fatal({ err: error }, 'a part of the broker cannot go on');
    process.exitCode = 1;
  }
  const giveUp = setTimeout(() => {
    logger.fatal('the graceful stop took too long');
    process.exit(1);
  }, STOP_LIMIT);
  await served.stop();
  await afterwards();
  clearTimeout(giveUp);
  logger.info('stopped');
}

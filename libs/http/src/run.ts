import type { Logger } from '@concordat/telemetry';

/** A stop that takes longer than this is given up, ms: an orchestrator would kill the process anyway. */
const STOP_LIMIT = 30_000;

/** What can run until it is told to stop. */
export interface Running {
  stop(): Promise<void>;
  /** Rejects when it cannot go on. */
  readonly failed: Promise<never>;
}

/**
 * Runs something until the process is told to stop (SIGTERM, SIGINT) or it cannot go on, then stops it. A
 * second signal ends the process at once.
 */
export async function runUntilStopped(running: Running, logger: Logger): Promise<void> {
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
    logger.info({ signal: await Promise.race([signalled, running.failed]) }, 'stopping');
  } catch (error) {
    logger.fatal({ err: error }, 'a part of the broker cannot go on');
    process.exitCode = 1;
  }
  const giveUp = setTimeout(() => {
    logger.fatal('the graceful stop took too long');
    process.exit(1);
  }, STOP_LIMIT);
  await running.stop();
  clearTimeout(giveUp);
  logger.info('stopped');
}

import type { DataSource } from 'typeorm';
import type { Logger } from '@concordat/telemetry';
import type { Publisher } from './publish.js';

/** Ms between heartbeats: several fit into the silence after which enforcers release nothing. */
const INTERVAL = 3000;

/**
 * Says again and again, in the register's topic, that the registry is there: an enforcer that hears nothing
 * stops releasing, because it would not hear of a suspension either. A heartbeat takes the same way as a
 * suspension, through the database and the relay, so that it never arrives where a suspension would not.
 *
 * @returns ends it
 */
export function startHeartbeat(
  database: DataSource,
  publisher: Publisher,
  logger: Logger,
): () => Promise<void> {
  let beating: Promise<void> | undefined;
  const beat = (): void => {
    // One at a time: while the database does not answer, heartbeats must not pile up.
    beating ??= database
      .transaction((transaction) =>
        publisher.publish(transaction, { kind: 'heartbeat', at: new Date().toISOString() }, []),
      )
      .then(() => publisher.wake())
      .catch((error: unknown) => logger.error({ err: error }, 'the registry’s heartbeat was not written'))
      .finally(() => (beating = undefined));
  };
  beat();
  const timer = setInterval(beat, INTERVAL);
  return async () => {
    clearInterval(timer);
    await beating;
  };
}

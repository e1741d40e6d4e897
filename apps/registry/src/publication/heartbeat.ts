import type { EventLog } from '@concordat/event-log';
import { topics } from '@concordat/exchange';
import { encodeRegisterRecord } from '@concordat/register';
import type { Logger } from '@concordat/telemetry';

/** Ms between heartbeats: several fit into the silence after which enforcers release nothing. */
const INTERVAL = 3000;

/**
 * Says again and again, in the register's topic, that the registry is there: an enforcer that hears nothing
 * stops releasing, because it would not hear of a suspension either.
 *
 * @returns ends it
 */
export function startHeartbeat(log: EventLog, logger: Logger): () => Promise<void> {
  let beating: Promise<void> | undefined;
  const beat = (): void => {
    // One at a time: while the log does not answer, heartbeats must not pile up.
    beating ??= log
      .append(topics.agreements, [encodeRegisterRecord({ kind: 'heartbeat', at: new Date().toISOString() })])
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

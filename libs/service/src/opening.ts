import type { VerifyToken } from '@concordat/auth';
import type { EventLog } from '@concordat/event-log';
import type { Logger } from '@concordat/telemetry';

/** What every app's `open…` function gets: shared in standalone, its own in a process of its own. */
export interface Surroundings {
  readonly databaseUrl: string;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly verifyToken: VerifyToken;
}

/** Rejects as soon as one of these does; says nothing by itself when nobody listens. */
export function anyFailure(failures: readonly Promise<never>[]): Promise<never> {
  const failed = failures.length === 0 ? new Promise<never>(() => undefined) : Promise.race(failures);
  failed.catch(() => undefined);
  return failed;
}

import pg from 'pg';
import { EventLogError } from '../errors.js';
import { pause } from '../pause.js';
import { isTransient, sqlCode } from '../sql-errors.js';

const CONNECT_TIMEOUT = 10_000;

/** A statement that takes longer, ms, is given up with its connection: the network may have swallowed it. */
const STATEMENT_TIMEOUT = 60_000;

/**
 * The log's own settings, whatever the server's defaults: a commit is durable when it returns; each statement
 * sees what was committed before it, which the log's functions rely on; and a plan made for an empty table is
 * not kept for a full one.
 */
const SESSION = [
  '-c synchronous_commit=on',
  '-c default_transaction_isolation=read\\ committed',
  '-c plan_cache_mode=force_custom_plan',
].join(' ');

/** What every connection of the log has in common. */
export const connectionConfig = (connectionString: string): pg.ClientConfig => ({
  connectionString,
  application_name: 'concordat-event-log',
  options: SESSION,
  keepAlive: true,
  connectionTimeoutMillis: CONNECT_TIMEOUT,
});

/** A server that does not answer would not say goodbye either: do not wait for it longer than this, ms. */
const GOODBYE = 1_000;

/** Ends a connection, whatever state it is in. Never rejects. */
export async function endClient(client: pg.Client): Promise<void> {
  await Promise.race([client.end().catch(() => undefined), pause(GOODBYE)]);
}

export function createPool(connectionString: string, size: number): pg.Pool {
  const pool = new pg.Pool({
    ...connectionConfig(connectionString),
    query_timeout: STATEMENT_TIMEOUT,
    max: size,
  });
  // An idle connection that the server ends is replaced by the pool; the next query tells if that fails.
  pool.on('error', () => undefined);
  return pool;
}

/** Errors after which there is no point in trying again: who we are, or what we were given, is wrong. */
const isFatal = (error: unknown): boolean => {
  const code = sqlCode(error) ?? '';
  return code.startsWith('28') || ['3D000', '3F000', '42P01', '42501', '42883'].includes(code);
};

/** The error to end a worker with, or undefined if the log may answer again. */
export function fatalError(error: unknown): EventLogError | undefined {
  if (isTransient(error) || !isFatal(error)) return undefined;
  return new EventLogError('unavailable', 'The database refuses this worker, and would again', error);
}

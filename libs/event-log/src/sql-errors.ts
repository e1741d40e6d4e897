/**
 * SQLSTATE classes that say nothing about the statement itself: connection lost (08), serialisation failure or
 * deadlock (40), out of resources (53), operator intervention such as a shutdown (57) and system error (58).
 */
const TRANSIENT_CLASSES = new Set(['08', '40', '53', '57', '58']);

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/** The `code` of a database or network error: SQLSTATE or errno name. */
export function sqlCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const SQLSTATE = /^[0-9A-Z]{5}$/u;

/** True if the same statement may succeed later: the database, not the statement, was at fault. */
export function isTransient(error: unknown): boolean {
  const code = sqlCode(error);
  if (code !== undefined && NETWORK_CODES.has(code)) return true;
  if (code !== undefined && SQLSTATE.test(code)) return TRANSIENT_CLASSES.has(code.slice(0, 2));
  // `pg` gives no code to these.
  return (
    error instanceof Error &&
    /connection terminated|connection ended|not queryable|connection error|timeout exceeded when trying to connect|query read timeout/iu.test(
      error.message,
    )
  );
}

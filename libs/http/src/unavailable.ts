/**
 * SQLSTATE classes that say nothing about the request: connection lost (08), serialisation failure or deadlock
 * (40), out of resources (53), a shutdown or another act of the operator (57) and a system error (58).
 */
const TRANSIENT_CLASSES = /^(?:08|40|53|57|58)[0-9A-Z]{3}$/u;

const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What `pg`, and TypeORM between two statements of a transaction, say without a code when the connection is gone. */
const PG_CONNECTION_GONE =
  /connection terminated|connection ended|not queryable|connection error|timeout exceeded when trying to connect|query runner already released/iu;

/** Whether an error says that the database could not be reached, so that the same request may succeed later. */
export function saysUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && (NETWORK_CODES.has(code) || TRANSIENT_CLASSES.test(code))) return true;
  return PG_CONNECTION_GONE.test(error.message);
}

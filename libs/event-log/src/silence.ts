import type { SqlTransaction } from './port.js';

/** How long the server lets a process be silent within a transaction of ours. */
export const LONGEST_SILENCE = '10s';

/**
 * Makes the server end this transaction if the process falls silent in it: one that is frozen with a lock in
 * its hands would otherwise stop whoever takes over from it. For transactions that do nothing but talk to the
 * database.
 */
export async function limitSilence(transaction: SqlTransaction): Promise<void> {
  await transaction.query(`SELECT set_config('idle_in_transaction_session_timeout', $1, true)`, [
    LONGEST_SILENCE,
  ]);
}

import { runHandler, type LaneName } from './attempt.js';
import { EventLogError, HandlerFailure } from './errors.js';
import type { SqlDatabase, SqlTransaction } from './port.js';
import { limitSilence, LONGEST_SILENCE } from './silence.js';
import { isTransient, sqlCode } from './sql-errors.js';

/** In the app's own database, in its default schema, beside the rows that `project` writes. */
const TABLE = 'event_log_positions';

/** Makes the table of positions if it is missing. Safe to call from many processes at once. */
export async function createPositions(database: SqlDatabase): Promise<void> {
  await database.transaction(async (transaction) => {
    await limitSilence(transaction);
    // `IF NOT EXISTS` alone still collides when two sessions create the same table at the same moment.
    await transaction.query('SELECT pg_advisory_xact_lock(hashtext($1))', [TABLE]);
    await transaction.query(
      `CREATE TABLE IF NOT EXISTS ${TABLE} (
         reader text NOT NULL, topic text NOT NULL, partition integer NOT NULL, next_offset bigint NOT NULL,
         PRIMARY KEY (reader, topic, partition))`,
    );
  });
}

/** The offset that the lane reads next, by what has committed; 0 for a new lane, which is entered as such. */
export async function readPosition(database: SqlDatabase, lane: LaneName): Promise<bigint> {
  return database.transaction(async (transaction) => {
    const known = await positionOf(transaction, lane);
    if (known !== undefined) return known;
    await limitSilence(transaction);
    await transaction.query(
      `INSERT INTO ${TABLE} (reader, topic, partition, next_offset) VALUES ($1, $2, $3, 0)
       ON CONFLICT DO NOTHING`,
      [lane.group, lane.topic, lane.partition],
    );
    return (await positionOf(transaction, lane)) ?? 0n;
  });
}

/**
 * Runs `work` and moves the lane's position from `expected` to `next`, in one transaction. The position must
 * have been read with `readPosition`.
 *
 * The move is a compare-and-set: if another owner has moved the position since it was read, whoever that was
 * and however late this one is, nothing of this transaction remains. The move comes last, so that a slow sink
 * holds no lock on the position.
 *
 * @throws HandlerFailure if the work is at fault
 * @throws EventLogError `stale-owner` if the position was no longer `expected`
 * @throws the database's own error if it could not be reached; the outcome is then unknown: read the position
 */
export async function commitWithPosition<Transaction extends SqlTransaction>(
  database: SqlDatabase<Transaction>,
  lane: LaneName,
  move: { readonly expected: bigint; readonly next: bigint },
  signal: AbortSignal,
  work: (transaction: Transaction) => Promise<void>,
): Promise<void> {
  try {
    await database.transaction(async (transaction) => {
      await runHandler(signal, () => work(transaction));
      const moved = await transaction.query(
        // From here on a frozen process would hold the lock on the position; while the sink runs it does not.
        // A SELECT, because TypeORM and `pg` differ in what they give for an UPDATE.
        `WITH moved AS (
           UPDATE ${TABLE} SET next_offset = $5
           WHERE reader = $1 AND topic = $2 AND partition = $3 AND next_offset = $4 RETURNING 1)
         SELECT set_config('idle_in_transaction_session_timeout', $6, true) FROM moved`,
        [
          lane.group,
          lane.topic,
          lane.partition,
          move.expected.toString(),
          move.next.toString(),
          LONGEST_SILENCE,
        ],
      );
      if (moved.length === 0) throw staleOwner(lane);
    });
  } catch (thrown) {
    const failure = isOfTheWork(thrown) ? new HandlerFailure(thrown) : thrown;
    if (!(failure instanceof HandlerFailure)) throw failure;
    if (isTransient(failure.cause)) throw failure.cause;
    // A stale owner's rows may well collide with the rows of the owner that overtook it: that is no poison.
    if ((await readPosition(database, lane)) !== move.expected) throw staleOwner(lane);
    throw failure;
  }
}

/**
 * Errors that appear after the work returned and yet are its own: a deferred constraint (23), bad data (22), or
 * a transaction that an error, swallowed by the work, had already spoilt (25).
 */
const isOfTheWork = (error: unknown): boolean =>
  ['22', '23', '25'].includes(sqlCode(error)?.slice(0, 2) ?? '');

async function positionOf(transaction: SqlTransaction, lane: LaneName): Promise<bigint | undefined> {
  const [row] = await transaction.query<{ next_offset: string }>(
    `SELECT next_offset::text FROM ${TABLE} WHERE reader = $1 AND topic = $2 AND partition = $3`,
    [lane.group, lane.topic, lane.partition],
  );
  return row === undefined ? undefined : BigInt(row.next_offset);
}

const staleOwner = (lane: LaneName): EventLogError =>
  new EventLogError(
    'stale-owner',
    `Another worker has moved ${lane.group} past this position of ${lane.topic}/${lane.partition.toString()}`,
  );

import { describeError } from './errors.js';
import { backoff, Bell, pause } from './pause.js';
import { limitSilence, LONGEST_SILENCE } from './silence.js';
import type { LaneReport, Relay, RelayOptions, RoutedRecord, SqlDatabase, SqlTransaction } from './port.js';

/**
 * The log's side of a relay. A relay's position is the number of the last outbox row that is in the log; it is
 * kept in the log, beside the records, and starts at 0.
 */
export interface OutboxTarget {
  /**
   * Fences every older relay of this name, so that no `write` of theirs takes effect from here on, or makes
   * sure that such a write would make ours fail; then reads the position. Called again after any error.
   */
  claim(): Promise<bigint>;
  /** Commits the records and the position together, or neither. Rejects if another relay has claimed. */
  write(position: bigint, records: readonly RoutedRecord[]): Promise<void>;
  /** Lets go of what `claim` opened. Called once, at the end. */
  release(): Promise<void>;
}

/** Both in the app's own database, in its default schema, so that `enqueue` is part of its transactions. */
const OUTBOX = 'event_log_outbox';
const RELAYS = 'event_log_relays';

/** Without a wake-up, rows are found after this many ms, and a waiting relay asks whether it may take over. */
const POLL = 500;

const MAX_BATCH = 500;
const MAX_BYTES = 1024 * 1024;

/** Failures in a row after which the relay reports itself as parked. It goes on trying all the same. */
const FAILURES_TO_REPORT = 5;

/** Makes the outbox if it is missing. Safe to call from many processes at once. */
export async function createOutbox(database: SqlDatabase): Promise<void> {
  await database.transaction(async (transaction) => {
    await limitSilence(transaction);
    await transaction.query('SELECT pg_advisory_xact_lock(hashtext($1))', [OUTBOX]);
    // Making an index that is there already would still wait for every open transaction that has enqueued.
    const [found] = await transaction.query<{ made: boolean; placed: boolean }>(
      `SELECT to_regclass($1) IS NOT NULL AS made, EXISTS (
         SELECT FROM pg_attribute WHERE attrelid = to_regclass($2) AND attname = 'partition') AS placed`,
      [RELAYS, OUTBOX],
    );
    // An outbox from before records had partitions.
    if (found?.made === true && !found.placed)
      await transaction.query(`ALTER TABLE ${OUTBOX} ADD COLUMN partition integer`);
    if (found?.made === true) return;
    await transaction.query(
      `CREATE TABLE IF NOT EXISTS ${OUTBOX} (
         id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         relay text NOT NULL, position bigint,
         topic text NOT NULL, key text NOT NULL, partition integer, value bytea, headers jsonb)`,
    );
    await transaction.query(
      `CREATE INDEX IF NOT EXISTS ${OUTBOX}_numbered ON ${OUTBOX} (relay, position) WHERE position IS NOT NULL`,
    );
    await transaction.query(
      `CREATE INDEX IF NOT EXISTS ${OUTBOX}_fresh ON ${OUTBOX} (relay, id) WHERE position IS NULL`,
    );
    await transaction.query(
      `CREATE TABLE IF NOT EXISTS ${RELAYS} (name text PRIMARY KEY, numbered bigint NOT NULL DEFAULT 0)`,
    );
  });
}

async function enqueue(
  name: string,
  transaction: SqlTransaction,
  records: readonly RoutedRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await transaction.query(
    `INSERT INTO ${OUTBOX} (relay, topic, key, partition, value, headers)
     SELECT $1, topic, key, partition, value, headers::jsonb
     FROM unnest($2::text[], $3::text[], $4::integer[], $5::bytea[], $6::text[]) WITH ORDINALITY
       AS row (topic, key, partition, value, headers, place) ORDER BY place`,
    [
      name,
      records.map(({ topic }) => topic),
      records.map(({ key }) => key),
      records.map(({ partition }) => partition ?? null),
      records.map(({ value }) => value),
      records.map(({ headers }) => (headers === undefined ? null : JSON.stringify(headers))),
    ],
  );
}

interface Numbered {
  readonly position: bigint;
  readonly record: RoutedRecord;
}

/**
 * Forgets the rows that are in the log, numbers fresh ones, and reads the next ones to write, in order; tells
 * whether there may be more.
 *
 * A row is numbered here, after its transaction has committed, and not when it is enqueued: a transaction that
 * commits late would otherwise bring a number that the position has passed, and its rows would be lost.
 * Numbers never go back, by the counter and by the position, whichever is further, so a relay that was
 * overtaken without knowing it cannot give a number that counts as relayed.
 */
async function nextRows(
  database: SqlDatabase,
  name: string,
  relayed: bigint,
  maxBatch: number,
): Promise<{ readonly rows: Numbered[]; readonly more: boolean }> {
  return database.transaction(async (transaction) => {
    // Locked by a statement of its own: the next one's snapshot must be younger than the lock. Commits
    // synchronously, whatever the app's default: a number that a crash takes back would repeat a row.
    await transaction.query(
      `SELECT set_config('synchronous_commit', 'on', true),
         set_config('idle_in_transaction_session_timeout', $2, true)
       FROM ${RELAYS} WHERE name = $1 FOR UPDATE`,
      [name, LONGEST_SILENCE],
    );
    // One statement, and so one way to the database and back: none of its parts sees what another has written,
    // and the rows of each are others.
    const rows = await transaction.query<OutboxRow>(
      `WITH gone AS (
         DELETE FROM ${OUTBOX} WHERE relay = $1 AND position <= $2),
       fresh AS MATERIALIZED (
         SELECT id, row_number() OVER (ORDER BY id) AS place
         FROM (SELECT id FROM ${OUTBOX} WHERE relay = $1 AND position IS NULL ORDER BY id LIMIT $3) AS oldest),
       counter AS (
         UPDATE ${RELAYS} SET numbered = greatest(numbered, $2::bigint) + (SELECT count(*) FROM fresh)
         WHERE name = $1 AND EXISTS (SELECT FROM fresh)
         RETURNING numbered - (SELECT count(*) FROM fresh) AS base),
       numbered AS (
         UPDATE ${OUTBOX} AS row SET position = counter.base + fresh.place
         FROM fresh, counter WHERE row.id = fresh.id
         RETURNING row.position, topic, key, partition, value, headers),
       next AS (
         SELECT * FROM (
           (SELECT position, topic, key, partition, value, headers FROM ${OUTBOX}
            WHERE relay = $1 AND position > $2 ORDER BY position LIMIT $3)
           UNION ALL SELECT * FROM numbered) AS known
         ORDER BY position LIMIT $3),
       measured AS (
         SELECT *, sum(coalesce(octet_length(value), 0)) OVER (ORDER BY position) AS so_far FROM next)
       SELECT position::text AS number, topic, key, partition, value, headers FROM measured
       WHERE so_far - coalesce(octet_length(value), 0) < $4 ORDER BY position`,
      [name, relayed.toString(), maxBatch, MAX_BYTES],
    );
    const bytes = rows.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    return { rows: rows.map(toNumbered), more: rows.length >= maxBatch || bytes >= MAX_BYTES };
  });
}

const toNumbered = ({ number, topic, key, partition, value, headers }: OutboxRow): Numbered => ({
  position: BigInt(number),
  record: {
    topic,
    key,
    value,
    ...(partition === null ? {} : { partition }),
    ...(headers === null ? {} : { headers }),
  },
});

interface OutboxRow {
  readonly number: string;
  readonly topic: string;
  readonly key: string;
  readonly partition: number | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, string> | null;
}

/**
 * Runs `work` while this process leads the relays of a name. The leader is whoever holds an advisory lock in
 * an otherwise empty transaction, in which it says every POLL that it lives; the signal aborts when the lock is
 * lost. Returns false, having done nothing,
 * if another leads.
 */
async function whileLeader(
  database: SqlDatabase,
  name: string,
  stopped: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  return database.transaction(async (transaction) => {
    // Asked, not waited for: a waiting statement would keep a snapshot, and vacuum from the outbox.
    const [answer] = await transaction.query<{ leads: boolean }>(
      `SELECT pg_try_advisory_xact_lock(hashtext($1), hashtext($2)) AS leads,
         set_config('idle_in_transaction_session_timeout', $3, true)`,
      [RELAYS, name, LONGEST_SILENCE],
    );
    if (answer?.leads !== true) return false;
    const lost = new AbortController();
    const finished = new AbortController();
    // Whatever ends the heartbeat ends the transaction too; leadership is then asked for anew.
    const heartbeat = beat(transaction, finished.signal)
      .catch(() => undefined)
      .finally(() => lost.abort());
    try {
      await work(AbortSignal.any([stopped, lost.signal]));
    } finally {
      finished.abort();
      await heartbeat;
    }
    return true;
  });
}

async function beat(transaction: SqlTransaction, finished: AbortSignal): Promise<void> {
  while (!finished.aborted) {
    await transaction.query('SELECT 1');
    await pause(POLL, finished);
  }
}

/**
 * Starts a relay of the given name: it waits for its turn to lead, then moves rows until it is stopped. Any
 * error, in the app's database or in the log, sends it back to `claim`, which tells what has been written.
 */
export async function startRelay(options: RelayOptions, target: OutboxTarget): Promise<Relay> {
  const { name, database, maxBatch = MAX_BATCH } = options;
  await createOutbox(database);
  await database.transaction((transaction) =>
    transaction.query(`INSERT INTO ${RELAYS} (name) VALUES ($1) ON CONFLICT DO NOTHING`, [name]),
  );
  const stopping = new AbortController();
  const bell = new Bell();
  let position: bigint | undefined;
  let next: Numbered | undefined;
  let failures = 0;
  let failure: LaneReport['failure'] | undefined;

  const noteFailure = (error: unknown): void => {
    failures += 1;
    if (failures < FAILURES_TO_REPORT) return;
    failure = {
      offset: next?.position ?? position ?? 0n,
      key: next?.record.key ?? '',
      error: describeError(error),
      attempts: failures,
      since: failure?.since ?? new Date(),
    };
  };

  const move = async (signal: AbortSignal): Promise<void> => {
    position = await target.claim();
    while (!signal.aborted) {
      const { rows, more } = await nextRows(database, name, position, maxBatch);
      next = rows[0];
      const last = rows.at(-1);
      if (last !== undefined) {
        await target.write(
          last.position,
          rows.map(({ record }) => record),
        );
        position = last.position;
        failures = 0;
        failure = undefined;
      }
      // What was committed meanwhile has rung the bell, or is found when the wait is over.
      if (!more) await bell.wait(POLL, signal);
    }
  };

  const lead = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        await move(signal);
      } catch (error) {
        noteFailure(error);
        await pause(backoff(failures), signal);
      }
    }
    position = undefined;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const led = await whileLeader(database, name, stopping.signal, lead).catch(() => false);
      if (!led) await pause(POLL, stopping.signal);
    }
    await target.release();
  };
  const running = run();

  return {
    enqueue: (transaction, records) => enqueue(name, transaction, records),
    wake: () => bell.ring(),
    lanes: () => {
      if (position === undefined) return [];
      const lane = { group: name, topic: OUTBOX, partition: 0, position: position + 1n };
      return [failure === undefined ? { ...lane, state: 'running' } : { ...lane, state: 'parked', failure }];
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
    failed: new Promise<never>(() => undefined),
  };
}

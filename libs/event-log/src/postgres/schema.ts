import pg from 'pg';

/** SQLSTATE with which `advance` refuses a position that somebody else has moved. */
export const STALE_OWNER = 'CLOG1';

/** The names of the log's tables and functions, quoted and with their schema. */
export interface SchemaNames {
  readonly schema: string;
  readonly topics: string;
  readonly partitions: string;
  readonly records: string;
  readonly readers: string;
  readonly positions: string;
  readonly append: string;
  readonly advance: string;
}

export function namesIn(schema: string): SchemaNames {
  const quoted = pg.escapeIdentifier(schema);
  return {
    schema: quoted,
    topics: `${quoted}.topics`,
    partitions: `${quoted}.partitions`,
    records: `${quoted}.records`,
    readers: `${quoted}.readers`,
    positions: `${quoted}.positions`,
    append: `${quoted}.append`,
    advance: `${quoted}.advance`,
  };
}

/**
 * Makes the log's schema where it is missing, and brings its functions up to date. Safe to call from many
 * processes at once: they take turns.
 */
export async function createSchema(client: pg.ClientBase, names: SchemaNames): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`event log in ${names.schema}`]);
    const { rows } = await client.query<{ made: boolean }>('SELECT to_regclass($1) IS NOT NULL AS made', [
      names.positions,
    ]);
    // Made again, an index or a column's setting would wait for every append, and every append for it.
    if (rows[0]?.made !== true) await client.query(tables(names));
    await client.query(functions(names));
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/*
 * `next_offset` of a partition is moved under its row's lock, which is held until the commit: so offsets have
 * no gaps and become visible in their order. A reader that has seen offset n has nothing to fear below it.
 */
const tables = (names: SchemaNames): string => `
  CREATE SCHEMA IF NOT EXISTS ${names.schema};
  CREATE TABLE IF NOT EXISTS ${names.topics} (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    compacted boolean NOT NULL);
  CREATE TABLE IF NOT EXISTS ${names.partitions} (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic_id integer NOT NULL REFERENCES ${names.topics} ON DELETE CASCADE,
    number integer NOT NULL,
    compacted boolean NOT NULL,
    next_offset bigint NOT NULL DEFAULT 0,
    UNIQUE (topic_id, number)) WITH (fillfactor = 50);
  CREATE TABLE IF NOT EXISTS ${names.records} (
    partition_id integer NOT NULL,
    "offset" bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    compacted boolean NOT NULL,
    key text NOT NULL,
    value bytea,
    headers jsonb,
    PRIMARY KEY (partition_id, "offset"));
  -- Large values are blocks that are compressed already.
  ALTER TABLE ${names.records} ALTER COLUMN value SET STORAGE EXTERNAL;
  CREATE INDEX IF NOT EXISTS records_by_key ON ${names.records} (partition_id, key, "offset") WHERE compacted;
  CREATE TABLE IF NOT EXISTS ${names.readers} (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE);
  -- One for each lane of a group; and one, without a partition, for each relay.
  CREATE TABLE IF NOT EXISTS ${names.positions} (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reader_id integer NOT NULL REFERENCES ${names.readers} ON DELETE CASCADE,
    partition_id integer REFERENCES ${names.partitions} ON DELETE CASCADE,
    next_offset bigint NOT NULL DEFAULT 0,
    UNIQUE NULLS NOT DISTINCT (reader_id, partition_id)) WITH (fillfactor = 50);`;

/*
 * A commit is one call of one function, so no transaction ever waits for a client while it holds a lock: a
 * process that is frozen or cut off stops nobody. Values come as one `blob` with their `sizes` (-1 is null),
 * because an array of bytea would have to travel as text.
 */
const functions = (names: SchemaNames): string => `
  CREATE OR REPLACE FUNCTION ${names.append}(
    parts integer[], keys text[], blob bytea, sizes integer[], heads text[]) RETURNS void
  LANGUAGE plpgsql AS $body$
  #variable_conflict use_column
  BEGIN
    -- In order of id, so that two appends never wait for each other.
    PERFORM 1 FROM ${names.partitions} WHERE id = ANY (parts) ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO ${names.records} (partition_id, "offset", compacted, key, value, headers)
    SELECT p.id, p.next_offset + row_number() OVER (PARTITION BY p.id ORDER BY r.place) - 1, p.compacted, r.key,
      CASE WHEN r.size >= 0 THEN substring(blob FROM (r.upto - r.size)::integer + 1 FOR r.size) END, r.head::jsonb
    FROM (SELECT given.*, sum(greatest(given.size, 0)) OVER (ORDER BY given.place) AS upto
          FROM unnest(parts, keys, sizes, heads) WITH ORDINALITY AS given (part, key, size, head, place)) AS r
    JOIN ${names.partitions} AS p ON p.id = r.part;
    UPDATE ${names.partitions} AS p SET next_offset = p.next_offset + added.count
    FROM (SELECT part, count(*) FROM unnest(parts) AS part GROUP BY part) AS added WHERE p.id = added.part;
    IF EXISTS (SELECT FROM ${names.partitions} WHERE id = ANY (parts) AND compacted) THEN
      DELETE FROM ${names.records} AS old USING (
        SELECT touched.part, touched.key, (
          SELECT max(r."offset") FROM ${names.records} AS r
          WHERE r.partition_id = touched.part AND r.key = touched.key AND r.compacted) AS newest
        FROM (SELECT DISTINCT part, key FROM unnest(parts, keys) AS given (part, key)) AS touched) AS kept
      WHERE old.partition_id = kept.part AND old.key = kept.key AND old.compacted
        AND old."offset" < kept.newest;
    END IF;
  END $body$;
  CREATE OR REPLACE FUNCTION ${names.advance}(
    position_id integer, expected bigint, next bigint,
    parts integer[], keys text[], blob bytea, sizes integer[], heads text[]) RETURNS void
  LANGUAGE plpgsql AS $body$
  BEGIN
    UPDATE ${names.positions} SET next_offset = next WHERE id = position_id AND next_offset = expected;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the position was moved by another owner' USING ERRCODE = '${STALE_OWNER}';
    END IF;
    IF cardinality(parts) > 0 THEN
      PERFORM ${names.append}(parts, keys, blob, sizes, heads);
    END IF;
  END $body$;`;

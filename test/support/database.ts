import pg from 'pg';

/** Runs queries on the broker's database, beside the broker. */
export async function withDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * How much the broker keeps: the rows of every table of every app, and how far each of the log's topics has
 * come. Left out is what moves by itself: heartbeats and the outbox that they pass through, used client
 * assertions, signed checkpoints.
 */
export function whatIsKept(url: string): Promise<Record<string, number>> {
  return withDatabase(url, async (client) => {
    const { rows: tables } = await client.query<{ schema: string; name: string }>(
      `select schemaname as schema, tablename as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema', 'log')
         and (schemaname, tablename) not in
           (('identity', 'artifact'), ('ledger', 'checkpoint'), ('registry', 'event_log_outbox'))
       order by 1, 2`,
    );
    const counts = tables.map(
      ({ schema, name }) =>
        `select '${schema}.${name}' as name, count(*)::int as count from ${schema}.${name}`,
    );
    const topics = `select 'log: ' || topics.name, sum(next_offset)::int
      from log.topics join log.partitions on topic_id = topics.id where topics.name <> 'agreements' group by 1`;
    const { rows } = await client.query<{ name: string; count: number }>(
      [...counts, topics].join(' union all '),
    );
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  });
}

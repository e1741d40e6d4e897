import pg from 'pg';
import type { SqlDatabase, SqlTransaction } from '../port.js';

/** A database by plain `pg`, as an app without an ORM would have it. */
export interface TestDatabase extends SqlDatabase {
  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export function openTestDatabase(connectionString: string): TestDatabase {
  const pool = new pg.Pool({ connectionString, max: 10 });
  pool.on('error', () => undefined);
  const on = (client: pg.ClientBase): SqlTransaction => ({
    query: async <Row>(sql: string, parameters?: unknown[]) =>
      (await client.query(sql, parameters)).rows as Row[],
  });
  return {
    transaction: async (work) => {
      const client = await pool.connect();
      // A connection that is lost between two statements shows in the next one.
      const ignore = (): void => undefined;
      client.on('error', ignore);
      let broken = false;
      try {
        await client.query('BEGIN');
        const result = await work(on(client));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {
          broken = true;
        });
        throw error;
      } finally {
        client.off('error', ignore);
        client.release(broken);
      }
    },
    query: async <Row>(sql: string, parameters?: unknown[]) =>
      (await pool.query(sql, parameters)).rows as Row[],
    close: () => pool.end(),
  };
}

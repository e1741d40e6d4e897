import pg from 'pg';
import {
  DataSource,
  QueryFailedError,
  type DataSourceOptions,
  type MigrationInterface,
  type ObjectLiteral,
  type QueryRunner,
  type ReplicationMode,
} from 'typeorm';

export interface OpenDataSourceOptions {
  /** `postgres://…`; holds a password, so not for logs. */
  readonly url: string;
  /** The app's own Postgres schema, made if it does not exist. Lower case, digits and `_`. */
  readonly schema: string;
  readonly entities: readonly Constructor[];
  /** In any order: TypeORM sorts them by the timestamp that ends their names. */
  readonly migrations: readonly Constructor<MigrationInterface>[];
  /** Connections at most (default 10). */
  readonly poolSize?: number;
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- TypeORM's own word for an entity class
type Constructor<T = unknown> = Function & (new () => T);

/** How long to wait for another instance of the app that is migrating the same schema. */
const MIGRATION_PATIENCE = '120s';

/**
 * Opens an app's database: its schema exists, every migration has run (once, however many instances start at
 * the same moment), and unqualified table names in raw SQL mean that schema. The schema changes by migration
 * only. Close with `destroy()`.
 *
 * The result is an event-log `SqlDatabase`: `query` resolves to the rows, whatever the statement.
 *
 * @throws when the database does not answer, or a migration fails (then none of them is applied)
 */
export async function openDataSource(options: OpenDataSourceOptions): Promise<DataSource> {
  const { schema } = options;
  if (!/^[a-z_][a-z0-9_]{0,62}$/u.test(schema)) throw new TypeError(`Not a name for a schema: ${schema}`);
  const lock = await lockSchema(options.url, schema);
  const dataSource = new RowsDataSource(dataSourceOptions(options));
  try {
    await lock.query(`create schema if not exists ${schema}`);
    await dataSource.initialize();
    await dataSource.runMigrations();
    return dataSource;
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    throw error;
  } finally {
    // Ends the session, and with it the advisory lock.
    await lock.end();
  }
}

/**
 * Resolves if the database answers within `timeout` ms (default 5,000); rejects otherwise. For health checks.
 */
export async function ping(dataSource: DataSource, timeout = 5_000): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The database did not answer within ${timeout.toString()} ms`));
    }, timeout);
  });
  try {
    await Promise.race([dataSource.query('select 1'), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A connection that holds the advisory lock under which the schema is made and migrated. */
async function lockSchema(url: string, schema: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, keepAlive: true });
  // A connection lost while idle shows in the next query; without this it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`set lock_timeout = '${MIGRATION_PATIENCE}'`);
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [`concordat:schema:${schema}`]);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

function dataSourceOptions(options: OpenDataSourceOptions): DataSourceOptions {
  const { url, schema, entities, migrations, poolSize = 10 } = options;
  return {
    type: 'postgres',
    url,
    schema,
    entities: [...entities],
    migrations: [...migrations],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'all',
    synchronize: false,
    // TypeORM logs statements with their parameters, which are people's records.
    logging: false,
    installExtensions: false,
    uuidExtension: 'pgcrypto', // gen_random_uuid(), which Postgres has built in
    poolSize,
    connectTimeoutMS: 10_000,
    applicationName: `concordat-${schema}`,
    extra: { options: `-c search_path=${schema}`, keepAlive: true },
  };
}

/**
 * A data source whose raw queries always resolve to rows (TypeORM's own give `[rows, count]` for `update` and
 * `delete`), and whose errors hold no data (TypeORM's carry the statement's parameters, and Postgres's details
 * quote the row at fault).
 */
class RowsDataSource extends DataSource {
  override async query<T>(
    sql: string,
    parameters?: unknown[] | ObjectLiteral,
    queryRunner?: QueryRunner,
  ): Promise<T> {
    const runner = queryRunner ?? this.createQueryRunner();
    try {
      const values = Array.isArray(parameters) ? parameters : undefined;
      const result = await runner.query(sql, values, true);
      return result.records as T;
    } finally {
      if (queryRunner === undefined) await runner.release();
    }
  }

  override createQueryRunner(mode?: ReplicationMode): QueryRunner {
    const runner = super.createQueryRunner(mode);
    const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
    const careful = async (...args: unknown[]): Promise<unknown> => {
      try {
        return await query(...args);
      } catch (error) {
        throw withoutData(error);
      }
    };
    return Object.assign(runner, { query: careful });
  }
}

function withoutData(error: unknown): unknown {
  if (!(error instanceof QueryFailedError)) return error;
  const holders: object[] = [error, error.driverError as Error];
  for (const holder of holders) {
    for (const name of ['parameters', 'detail', 'where']) Reflect.deleteProperty(holder, name);
  }
  return error;
}

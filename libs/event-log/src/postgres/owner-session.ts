import pg from 'pg';
import { connectionConfig, endClient } from './connections.js';
import type { SchemaNames } from './schema.js';

/** Who takes part in a group, and which of its lanes have an owner. */
export interface GroupState {
  /** How many workers take part. */
  readonly members: number;
  /** This worker's place among them, from 0. */
  readonly rank: number;
  /** Ids of positions that have an owner, this worker included. */
  readonly owned: ReadonlySet<number>;
}

/**
 * The database session through which a worker takes part in its group and owns lanes: membership is a shared
 * advisory lock, ownership of a lane an exclusive one. Both end with the session, so a killed process leaves
 * at once. A process that lives but is frozen says nothing for `sessionTimeout`, and the server then ends its
 * session: the only clock is the server's.
 *
 * The locks only share out the work. That a stale owner commits nothing is assured by the position's
 * compare-and-set.
 */
export class OwnerSession {
  readonly #client: pg.Client;
  readonly #names: SchemaNames;
  readonly #readerId: number;
  /** Statements take turns on the session. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #ended = new AbortController();

  private constructor(client: pg.Client, names: SchemaNames, readerId: number) {
    this.#client = client;
    this.#names = names;
    this.#readerId = readerId;
    client.on('error', () => this.#ended.abort());
    client.on('end', () => this.#ended.abort());
  }

  /** Connects and joins the group. */
  static async join(
    connectionString: string,
    names: SchemaNames,
    readerId: number,
    sessionTimeout: number,
  ): Promise<OwnerSession> {
    const client = new pg.Client({ ...connectionConfig(connectionString), query_timeout: sessionTimeout });
    const session = new OwnerSession(client, names, readerId);
    try {
      await client.connect();
      await session.#query(
        `SELECT set_config('idle_session_timeout', $1, false), pg_advisory_lock_shared(${oidOf(names.readers)}, $2)`,
        [sessionTimeout.toString(), readerId],
      );
      return session;
    } catch (error) {
      await session.leave();
      throw error;
    }
  }

  /** Aborts when the session has ended, and every lock with it. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  async state(): Promise<GroupState> {
    const [row] = await this.#query<{ members: number[]; self: number; owned: number[] | null }>(
      `WITH locks AS (
         SELECT pid, classid, objid FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND objsubid = 2
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
       SELECT pg_backend_pid() AS self,
         (SELECT array_agg(pid ORDER BY pid) FROM locks
          WHERE classid = '${this.#names.readers}'::regclass AND objid = $1) AS members,
         (SELECT array_agg(p.id) FROM locks JOIN ${this.#names.positions} AS p ON p.id = locks.objid::integer
          WHERE classid = '${this.#names.positions}'::regclass AND p.reader_id = $1) AS owned`,
      [this.#readerId],
    );
    const members = row?.members ?? [];
    const rank = members.indexOf(row?.self ?? -1);
    return { members: members.length, rank, owned: new Set(row?.owned ?? []) };
  }

  /** True if the lane is this session's from now on. */
  async acquire(positionId: number): Promise<boolean> {
    const [row] = await this.#query<{ acquired: boolean }>(
      `SELECT pg_try_advisory_lock(${oidOf(this.#names.positions)}, $1) AS acquired`,
      [positionId],
    );
    return row?.acquired === true;
  }

  async release(positionId: number): Promise<void> {
    await this.#query(`SELECT pg_advisory_unlock(${oidOf(this.#names.positions)}, $1)`, [positionId]);
  }

  /** Ends the session, and with it membership and ownership. Never rejects. */
  async leave(): Promise<void> {
    this.#ended.abort();
    await endClient(this.#client);
  }

  async #query<Row extends pg.QueryResultRow>(sql: string, parameters: unknown[]): Promise<Row[]> {
    const result = this.#turn.then(() => this.#client.query<Row>(sql, parameters));
    this.#turn = result.catch(() => undefined);
    return (await result).rows;
  }
}

/** A table's oid as the first half of an advisory lock: nobody else in the database has a reason to use it. */
const oidOf = (table: string): string => `'${table}'::regclass::oid::integer`;

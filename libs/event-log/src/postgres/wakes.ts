import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { backoff, pause, type Bell } from '../pause.js';
import { connectionConfig, endClient } from './connections.js';

/** Whoever waits for a wake-up also looks by itself after this many ms. */
export const SAFETY_POLL = 1_000;

/** What is announced when a topic has more, for whoever reads all of it. */
export const newsOfTopic = (topic: string): string => `topic ${topic}`;

/** What is announced when a partition has more: the lanes of the others are not woken for nothing. */
export const newsOfPartition = (topic: string, partition: number): string =>
  `partition ${partition.toString()} of ${topic}`;

/**
 * Wake-ups between readers and writers of a log, in this process and in others. They only save waiting: a
 * wake-up may get lost (with a connection, or a process that dies between its commit and its NOTIFY):
 * hence the `SAFETY_POLL`.
 *
 * A NOTIFY is sent after the commit and not inside of it, since transactions that notify commit one after the
 * other, each with its own wait for the disk.
 */
export class Wakes {
  readonly #pool: pg.Pool;
  readonly #connectionString: string;
  readonly #channel: string;
  readonly #bells = new Map<string, Set<Bell>>();
  readonly #unsent = new Set<string>();
  /** Stands before our own news, which we need not hear from the database. */
  readonly #own = `${randomUUID()} `;
  readonly #stopping = new AbortController();
  #sending: Promise<void> | undefined;
  #listener: pg.Client | undefined;
  #running: Promise<void> | undefined;

  constructor(pool: pg.Pool, connectionString: string, schema: string) {
    this.#pool = pool;
    this.#connectionString = connectionString;
    this.#channel = schema;
  }

  /** Rings the bell whenever `name` is announced, until the returned function is called. */
  subscribe(name: string, bell: Bell): () => void {
    this.#running ??= this.#listen();
    const bells = this.#bells.get(name) ?? new Set();
    this.#bells.set(name, bells.add(bell));
    return () => {
      bells.delete(bell);
      if (bells.size === 0 && this.#bells.get(name) === bells) this.#bells.delete(name);
    };
  }

  /** Wakes whoever subscribed to one of the names, here and in other processes. */
  announce(names: Iterable<string>): void {
    for (const name of new Set(names)) {
      this.#ring(name);
      this.#unsent.add(name);
    }
    this.#sending ??= this.#send();
  }

  /** Sends what is still to be sent, for others wait for the news that we leave; then listens no more. */
  async stop(): Promise<void> {
    await this.#sending;
    this.#stopping.abort();
    if (this.#listener !== undefined) await endClient(this.#listener);
    await this.#running;
  }

  #ring(name: string): void {
    for (const bell of this.#bells.get(name) ?? []) bell.ring();
  }

  async #send(): Promise<void> {
    while (this.#unsent.size > 0) {
      const names = [...this.#unsent];
      this.#unsent.clear();
      await this.#pool
        .query('SELECT pg_notify($1, $2::text || name) FROM unnest($3::text[]) AS name', [
          this.#channel,
          this.#own,
          names,
        ])
        .catch(() => undefined);
    }
    this.#sending = undefined;
  }

  async #listen(): Promise<void> {
    for (let failures = 1; !this.#stopping.signal.aborted; failures += 1) {
      const client = new pg.Client(connectionConfig(this.#connectionString));
      const ended = new Promise<void>((resolve) => {
        client.once('end', resolve);
        client.on('error', () => resolve());
      });
      client.on('notification', ({ payload }) => {
        if (payload !== undefined && !payload.startsWith(this.#own))
          this.#ring(payload.slice(this.#own.length));
      });
      this.#listener = client;
      try {
        await client.connect();
        await client.query(`LISTEN ${pg.escapeIdentifier(this.#channel)}`);
        // What happened while nobody listened.
        for (const name of this.#bells.keys()) this.#ring(name);
        failures = 0;
        await ended;
      } catch {
        await endClient(client);
      }
      await pause(backoff(failures + 1), this.#stopping.signal);
    }
  }
}

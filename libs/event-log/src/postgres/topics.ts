import type pg from 'pg';
import { EventLogError } from '../errors.js';
import type { TopicSpec } from '../port.js';
import type { SchemaNames } from './schema.js';

export interface Topic {
  readonly name: string;
  /** The partitions' ids in the database, by number. */
  readonly partitionIds: readonly number[];
}

/** The topics of the log. Topics and partitions are never removed while the log runs, so they are remembered. */
export class Topics {
  readonly #pool: pg.Pool;
  readonly #names: SchemaNames;
  readonly #known = new Map<string, Topic>();

  constructor(pool: pg.Pool, names: SchemaNames) {
    this.#pool = pool;
    this.#names = names;
  }

  /** @throws EventLogError `unknown-topic` */
  async find(name: string): Promise<Topic> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const { rows } = await this.#pool.query<{ id: number }>(
      `SELECT p.id FROM ${this.#names.partitions} AS p JOIN ${this.#names.topics} AS t ON t.id = p.topic_id
       WHERE t.name = $1 ORDER BY p.number`,
      [name],
    );
    if (rows.length === 0) throw new EventLogError('unknown-topic', `There is no topic "${name}"`);
    const topic = { name, partitionIds: rows.map(({ id }) => id) };
    this.#known.set(name, topic);
    return topic;
  }

  /** @throws EventLogError `too-few-partitions` if a topic exists with fewer than asked for */
  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    for (const spec of specs) {
      // Partitions are inserted with their topic, in one statement: a topic is never seen half made.
      await this.#pool.query(
        `WITH made AS (
           INSERT INTO ${this.#names.topics} (name, compacted) VALUES ($1, $2)
           ON CONFLICT DO NOTHING RETURNING id)
         INSERT INTO ${this.#names.partitions} (topic_id, number, compacted)
         SELECT made.id, number, $2 FROM made, generate_series(0, $3::integer - 1) AS number`,
        [spec.name, spec.compacted ?? false, spec.partitions],
      );
      const { partitionIds } = await this.find(spec.name);
      if (partitionIds.length >= spec.partitions) continue;
      throw new EventLogError(
        'too-few-partitions',
        `Topic "${spec.name}" has ${partitionIds.length.toString()} partitions, and ${spec.partitions.toString()} are asked for`,
      );
    }
  }
}

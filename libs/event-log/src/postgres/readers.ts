import type pg from 'pg';
import type { SchemaNames } from './schema.js';
import type { Topics } from './topics.js';
import type { OwnableLane } from './worker.js';

/** Enters a group or a relay by its name, if it is new; its id. */
export async function enterReader(pool: pg.Pool, names: SchemaNames, name: string): Promise<number> {
  await pool.query(`INSERT INTO ${names.readers} (name) VALUES ($1) ON CONFLICT DO NOTHING`, [name]);
  const { rows } = await pool.query<{ id: number }>(`SELECT id FROM ${names.readers} WHERE name = $1`, [
    name,
  ]);
  return onlyId(rows);
}

/** Enters a position for each lane of a group, where it is new. */
export async function enterLanes(
  pool: pg.Pool,
  names: SchemaNames,
  topics: Topics,
  group: string,
  readerId: number,
  inputs: readonly string[],
): Promise<OwnableLane[]> {
  const lanes: OwnableLane[] = [];
  for (const input of inputs) {
    const { partitionIds } = await topics.find(input);
    await pool.query(
      `INSERT INTO ${names.positions} (reader_id, partition_id)
       SELECT $1, id FROM unnest($2::integer[]) AS id ON CONFLICT DO NOTHING`,
      [readerId, partitionIds],
    );
    const { rows } = await pool.query<{ id: number; partition_id: number }>(
      `SELECT id, partition_id FROM ${names.positions} WHERE reader_id = $1 AND partition_id = ANY ($2)`,
      [readerId, partitionIds],
    );
    const positionIds = new Map(rows.map((row) => [row.partition_id, row.id]));
    for (const [number, id] of partitionIds.entries()) {
      const positionId = positionIds.get(id);
      if (positionId === undefined) continue;
      lanes.push({
        name: { group, topic: input, partition: number },
        positionId,
        partition: { id, topic: input, number },
      });
    }
  }
  return lanes;
}

/** Enters the position of a relay, which belongs to no partition; its id. */
export async function enterRelay(pool: pg.Pool, names: SchemaNames, name: string): Promise<number> {
  const readerId = await enterReader(pool, names, name);
  await pool.query(`INSERT INTO ${names.positions} (reader_id) VALUES ($1) ON CONFLICT DO NOTHING`, [
    readerId,
  ]);
  const { rows } = await pool.query<{ id: number }>(
    `SELECT id FROM ${names.positions} WHERE reader_id = $1 AND partition_id IS NULL`,
    [readerId],
  );
  return onlyId(rows);
}

/** What has committed of a position. */
export async function committedPosition(pool: pg.Pool, names: SchemaNames, id: number): Promise<bigint> {
  const { rows } = await pool.query<{ next_offset: string }>(
    `SELECT next_offset FROM ${names.positions} WHERE id = $1`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`Position ${id.toString()} was removed from the log`);
  return BigInt(row.next_offset);
}

function onlyId(rows: readonly { readonly id: number }[]): number {
  const [row] = rows;
  if (row === undefined) throw new Error('A row that was just made is not there');
  return row.id;
}

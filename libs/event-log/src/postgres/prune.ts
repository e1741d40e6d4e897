import type pg from 'pg';
import type { SchemaNames } from './schema.js';

/**
 * Deletes records that are older than `olderThan` ms and that every group which ever read their partition has
 * passed; of compacted topics, only the marks of removed keys. A partition that no group reads is kept whole.
 * Returns how many records were deleted.
 */
export async function pruneRecords(pool: pg.Pool, names: SchemaNames, olderThan: number): Promise<number> {
  const query = {
    // An hour, for the first time may find much to do.
    query_timeout: 3_600_000,
    text: `DELETE FROM ${names.records} AS r USING (
       SELECT p.id, p.compacted,
         (SELECT min(next_offset) FROM ${names.positions} WHERE partition_id = p.id) AS passed
       FROM ${names.partitions} AS p) AS p
     WHERE r.partition_id = p.id AND r.created_at < now() - $1 * interval '1 millisecond'
       AND CASE WHEN p.compacted THEN r.value IS NULL ELSE r."offset" < p.passed END`,
    values: [olderThan],
  };
  const { rowCount } = await pool.query(query);
  return rowCount ?? 0;
}

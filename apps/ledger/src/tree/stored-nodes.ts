import type { SqlTransaction } from '@concordat/event-log';
import type { ReadNodes, TreeNode } from '@concordat/transparency';

/** Reads the hashes of complete subtrees from the database. @throws RangeError when one is not there */
export function storedNodes(database: Pick<SqlTransaction, 'query'>): ReadNodes {
  return async (ids) => {
    const rows = await database.query<{ hash: Buffer | null }>(
      `select node.hash from unnest($1::smallint[], $2::bigint[]) with ordinality as asked (level, index, number)
       left join node using (level, index) order by asked.number`,
      [ids.map(({ level }) => level), ids.map(({ index }) => index)],
    );
    return rows.map(({ hash }) => {
      if (hash === null) throw new RangeError('A node of the tree is not stored');
      return hash;
    });
  };
}

/** Stores nodes. Each is written once: another hash in the same place is an error of the database. */
export async function storeNodes(transaction: SqlTransaction, nodes: readonly TreeNode[]): Promise<void> {
  if (nodes.length === 0) return;
  await transaction.query(
    'insert into node (level, index, hash) select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])',
    [nodes.map(({ level }) => level), nodes.map(({ index }) => index), nodes.map(({ hash }) => hash)],
  );
}

import type { EntityManager } from 'typeorm';
import type { Batch } from '@concordat/event-log';
import { decodeBlock, type AuditEntry, type AuditItem, type EntryConflict } from '@concordat/exchange';
import { digestOfText } from '@concordat/record';
import { appendLeaves, leafHash } from '@concordat/transparency';
import { contextOf, counter, inSpan, SpanKind } from '@concordat/telemetry';
import { contentOf, textIn, textOf } from './content.js';
import { partiesOf } from './parties.js';
import { storedNodes, storeNodes } from './stored-nodes.js';

/** An entry on its way into the tree. */
interface Leaf {
  readonly id: string;
  readonly content: string;
  /** Of the event's trace. */
  readonly traceparent?: string;
}

const sequenced = counter('concordat.ledger.entries', 'Entries sequenced into the tree');

/**
 * Puts a batch of audit entries into the tree. The tree's row is locked first, so there is one order whoever
 * runs this; the caller's transaction also moves the position in the log, so an entry is sequenced once.
 */
export async function sequence(batch: Batch, transaction: EntityManager): Promise<void> {
  const [tree] = await transaction.query<{ size: string }[]>('select size from tree for update');
  const size = Number(tree?.size);
  const leaves = await leavesOf(readItems(batch), transaction);
  if (leaves.length === 0) return;
  const hashes = leaves.map(({ content }) => leafHash(Buffer.from(content, 'utf8')));
  const appended = await appendLeaves(size, hashes, storedNodes(transaction));
  await transaction.query(
    `insert into entry (index, id, content) select $1::bigint + leaf.number - 1, leaf.id, leaf.content
     from unnest($2::text[], $3::text[]) with ordinality as leaf (id, content, number)`,
    [size, leaves.map(({ id }) => id), leaves.map(({ content }) => content)],
  );
  await storeNodes(transaction, appended.nodes);
  await transaction.query('update tree set size = $1, root = $2', [appended.size, appended.root]);
  sequenced(leaves.length);
  for (const leaf of leaves) traceSequenced(leaf);
}

function readItems({ records }: Batch): AuditItem[] {
  return records.flatMap(({ value }) => (value === null ? [] : decodeBlock<AuditItem>(value)));
}

/**
 * The entries that are new. One that comes again with the same text is the same entry, whenever it comes; one
 * that comes with another text is not written over the first, but becomes a `conflict` of its own.
 */
async function leavesOf(items: readonly AuditItem[], transaction: EntityManager): Promise<Leaf[]> {
  const known = new Map(
    (
      await transaction.query<{ id: string; content: string }[]>(
        'select id, content from entry where id = any($1::text[])',
        [items.map(({ entry }) => entry.id)],
      )
    ).map(({ id, content }) => [id, textIn(content)]),
  );
  // One reading of the clock: what was sequenced together was recorded together.
  const recorded = new Date().toISOString();
  const leaves: Leaf[] = [];
  for (const item of items) {
    const { entry } = item;
    const text = textOf(entry);
    if (!known.has(entry.id)) {
      known.set(entry.id, text);
      leaves.push(toLeaf(item, recorded));
    } else if (known.get(entry.id) !== text) {
      const conflict = conflictOf(entry, text);
      if (!known.has(conflict.id) && !(await isKnown(conflict.id, transaction)))
        leaves.push(toLeaf({ entry: conflict }, recorded));
      known.set(conflict.id, textOf(conflict));
    }
  }
  return leaves;
}

function toLeaf({ entry, traceparent }: AuditItem, recorded: string): Leaf {
  const leaf = { id: entry.id, content: contentOf(entry, recorded) };
  return traceparent === undefined ? leaf : { ...leaf, traceparent };
}

function conflictOf(entry: AuditEntry, text: string): EntryConflict {
  const digest = digestOfText(text);
  const parties = partiesOf({ ...entry });
  const id = `conflict/${entry.id}/${digest}`;
  return { id, type: 'conflict', of: entry.id, occurred: entry.occurred, digest, parties };
}

async function isKnown(id: string, transaction: EntityManager): Promise<boolean> {
  const rows = await transaction.query<unknown[]>('select 1 from entry where id = $1', [id]);
  return rows.length > 0;
}

/** Shows in the event's own trace that its entry is in the ledger. */
function traceSequenced({ id, traceparent }: Leaf): void {
  if (traceparent === undefined) return;
  const attributes = { 'concordat.entry': id };
  inSpan(
    'sequence',
    { parent: contextOf(traceparent), kind: SpanKind.CONSUMER, attributes },
    () => undefined,
  );
}

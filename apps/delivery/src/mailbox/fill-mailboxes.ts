import type { EntityManager } from 'typeorm';
import type { Batch } from '@concordat/event-log';
import { decodeBlock, type Disclosure } from '@concordat/exchange';

/** A recipient's disclosures in a batch, in order. */
export type ByRecipient = ReadonlyMap<string, readonly Disclosure[]>;

/** The disclosures of a batch of blocks, for each recipient. */
export function unpack({ records }: Batch): ByRecipient {
  const byRecipient = new Map<string, Disclosure[]>();
  for (const { value } of records) {
    if (value === null) continue;
    for (const disclosure of decodeBlock<Disclosure>(value)) {
      const list = byRecipient.get(disclosure.recipient);
      if (list === undefined) byRecipient.set(disclosure.recipient, [disclosure]);
      else list.push(disclosure);
    }
  }
  return byRecipient;
}

/**
 * Appends disclosures to mailboxes. The update of a mailbox's row holds other writers of the same mailbox
 * back until this transaction ends, so positions become visible in order and a cursor never skips one that
 * commits late. Mailboxes are taken in the order of their names, so that two batches cannot wait for each
 * other.
 */
export async function fillMailboxes(transaction: EntityManager, byRecipient: ByRecipient): Promise<void> {
  const recipients = [...byRecipient.keys()].sort();
  for (const recipient of recipients) {
    await appendItems(transaction, recipient, byRecipient.get(recipient) ?? []);
  }
}

async function appendItems(
  transaction: EntityManager,
  recipient: string,
  disclosures: readonly Disclosure[],
): Promise<void> {
  const rows = await transaction.query<{ last_position: string }[]>(
    `insert into mailbox as m (recipient, last_position) values ($1, $2)
     on conflict (recipient) do update set last_position = m.last_position + $2
     returning last_position`,
    [recipient, disclosures.length],
  );
  const first = BigInt(rows[0]?.last_position ?? 0) - BigInt(disclosures.length) + 1n;
  await transaction.query(
    `insert into mailbox_item (recipient, position, traceparent, event)
     select $1, $2::bigint + item.number - 1, item.traceparent, item.event
     from unnest($3::text[], $4::text[]) with ordinality as item (traceparent, event, number)`,
    [
      recipient,
      String(first),
      disclosures.map(({ traceparent }) => traceparent ?? null),
      disclosures.map(({ event }) => JSON.stringify(event)),
    ],
  );
}

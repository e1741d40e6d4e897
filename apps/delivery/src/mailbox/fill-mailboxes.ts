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
 * Appends disclosures to mailboxes, in one statement. The update of a mailbox's row holds other writers of the same
 * mailbox back until this transaction ends, so positions become visible in order and a cursor never skips one that
 * commits late. Mailboxes are taken in the order of their names, so that two batches cannot wait for each other.
 */
export async function fillMailboxes(transaction: EntityManager, byRecipient: ByRecipient): Promise<void> {
  const recipients = [...byRecipient.keys()].sort();
  const items = recipients.flatMap((recipient) =>
    (byRecipient.get(recipient) ?? []).map((disclosure, index) => ({ ...disclosure, number: index + 1 })),
  );
  if (items.length === 0) return;
  await transaction.query(
    `with given as (
       select * from unnest($1::text[], $2::bigint[]) with ordinality as given (recipient, count, place)),
     box as (
       insert into mailbox as m (recipient, last_position)
       select recipient, count from given order by place
       on conflict (recipient) do update set last_position = m.last_position + excluded.last_position
       returning recipient, last_position)
     insert into mailbox_item (recipient, position, traceparent, event)
     select item.recipient, box.last_position - given.count + item.number, item.traceparent, item.event
     from unnest($3::text[], $4::bigint[], $5::text[], $6::text[]) as item (recipient, number, traceparent, event)
     join box using (recipient) join given using (recipient)`,
    [
      recipients,
      recipients.map((recipient) => byRecipient.get(recipient)?.length ?? 0),
      items.map(({ recipient }) => recipient),
      items.map(({ number }) => number),
      items.map(({ traceparent }) => traceparent ?? null),
      items.map(({ event }) => JSON.stringify(event)),
    ],
  );
}

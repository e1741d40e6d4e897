import type { DataSource, EntityManager } from 'typeorm';
import type { Relay } from '@concordat/event-log';
import { auditRecords, entryId, type AuditEntry } from '@concordat/exchange';
import { BrokerError } from '@concordat/problem';
import type { MailboxWatch } from './mailbox-watch.js';

/** One disclosure, where it stands in the mailbox, and the trace that it belongs to. */
export interface MailboxItem {
  readonly position: bigint;
  readonly traceparent: string | null;
  /** JSON text. */
  readonly event: string;
}

/** The injection token of {@link Mailboxes}. */
export const MAILBOXES = Symbol('Mailboxes');

/** What recipients do with their mailboxes. Who the recipient is comes from the access token, nowhere else. */
export class Mailboxes {
  readonly #database: DataSource;
  readonly #relay: Relay;
  readonly #watch: MailboxWatch;

  constructor(database: DataSource, relay: Relay, watch: MailboxWatch) {
    this.#database = database;
    this.#relay = relay;
    this.#watch = watch;
  }

  /**
   * What stands after a position, waiting for something to come if there is nothing.
   *
   * @param wait ms at the most
   */
  async pull(recipient: string, after: bigint, limit: number, wait: number): Promise<MailboxItem[]> {
    const deadline = performance.now() + wait;
    let growth = this.#watch.growth(recipient);
    let items = await this.#read(recipient, after, limit);
    if (items.length === 0) await this.#requireGivenOut(recipient, after);
    for (;;) {
      const left = deadline - performance.now();
      if (items.length > 0 || left <= 0 || this.#watch.closed) break;
      await this.#watch.wait(recipient, left, growth);
      // Before the reading: what comes while it goes on must not be waited for.
      growth = this.#watch.growth(recipient);
      items = await this.#read(recipient, after, limit);
    }
    await this.#noteHandedOut(recipient, items);
    return items;
  }

  /** Notes that the recipient has everything up to a position. Going back is not possible, and no error. */
  async acknowledge(recipient: string, upTo: bigint): Promise<bigint> {
    const acknowledged = await this.#database.transaction(async (transaction) => {
      const rows = await transaction.query<{ handed_out: string; acknowledged: string }[]>(
        'select handed_out, acknowledged from mailbox where recipient = $1 for update',
        [recipient],
      );
      const before = BigInt(rows[0]?.acknowledged ?? 0);
      if (upTo > BigInt(rows[0]?.handed_out ?? 0)) {
        throw new BrokerError('invalid-parameter', 'Only what has been handed out can be acknowledged');
      }
      if (upTo <= before) return before;
      await transaction.query('update mailbox set acknowledged = $2 where recipient = $1', [
        recipient,
        String(upTo),
      ]);
      await this.#audit(transaction, {
        id: entryId('disclosures.acknowledged', recipient, String(upTo)),
        type: 'disclosures.acknowledged',
        occurred: new Date().toISOString(),
        recipient,
        last: String(upTo),
      });
      return upTo;
    });
    this.#relay.wake();
    return acknowledged;
  }

  /** A cursor beyond the end would wait for ever. One that something stands after needs no asking. */
  async #requireGivenOut(recipient: string, cursor: bigint): Promise<void> {
    const rows = await this.#database.query<{ last_position: string }[]>(
      'select last_position from mailbox where recipient = $1',
      [recipient],
    );
    if (cursor <= BigInt(rows[0]?.last_position ?? 0)) return;
    throw new BrokerError('invalid-parameter', 'This cursor was not given out for your mailbox');
  }

  async #read(recipient: string, after: bigint, limit: number): Promise<MailboxItem[]> {
    const rows = await this.#database.query<
      { position: string; traceparent: string | null; event: string }[]
    >(
      `select position, traceparent, event from mailbox_item
       where recipient = $1 and position > $2 order by position limit $3`,
      [recipient, String(after), limit],
    );
    return rows.map((row) => ({ ...row, position: BigInt(row.position) }));
  }

  /** The first time that a disclosure is handed out is a fact for the ledger; the next times are not. */
  async #noteHandedOut(recipient: string, items: readonly MailboxItem[]): Promise<void> {
    const last = items.at(-1)?.position;
    if (last === undefined) return;
    const noted = await this.#database.transaction(async (transaction) => {
      const rows = await transaction.query<{ before: string }[]>(
        `with known as materialized (
           select recipient, handed_out as before from mailbox where recipient = $1 for update),
         moved as (
           update mailbox set handed_out = $2 from known
           where mailbox.recipient = known.recipient and known.before < $2 returning known.before)
         select before from moved`,
        [recipient, String(last)],
      );
      const [row] = rows;
      if (row === undefined) return false;
      const before = BigInt(row.before);
      await this.#audit(transaction, {
        id: entryId('disclosures.delivered', recipient, String(last)),
        type: 'disclosures.delivered',
        occurred: new Date().toISOString(),
        recipient,
        first: String(before + 1n),
        last: String(last),
      });
      return true;
    });
    if (noted) this.#relay.wake();
  }

  #audit(transaction: EntityManager, entry: AuditEntry): Promise<void> {
    return this.#relay.enqueue(transaction, auditRecords([{ entry }]));
  }
}

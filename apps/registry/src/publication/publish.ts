import type { EntityManager } from 'typeorm';
import type { Relay } from '@concordat/event-log';
import { auditRecords, topics, type AuditEntry, type AuditItem } from '@concordat/exchange';
import { encodeRegisterRecord, type RegisterRecord } from '@concordat/register';
import { traceparentOf } from '@concordat/telemetry';

/**
 * Tells the rest of the broker of a change, in the transaction that makes it: the change, its record in the
 * register's topic and its audit entry are kept together or not at all.
 */
export class Publisher {
  readonly #relay: Relay;

  constructor(relay: Relay) {
    this.#relay = relay;
  }

  async publish(
    transaction: EntityManager,
    record: RegisterRecord,
    entries: readonly AuditEntry[],
  ): Promise<void> {
    await this.#relay.enqueue(transaction, [
      { topic: topics.agreements, ...encodeRegisterRecord(record) },
      ...auditRecords(traced(entries)),
    ]);
  }

  /** Tells the ledger alone: of what changes nothing that the register says. */
  async tell(transaction: EntityManager, entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length > 0) await this.#relay.enqueue(transaction, auditRecords(traced(entries)));
  }

  /** To be called after the transaction has committed; without it the change is told within a second. */
  wake(): void {
    this.#relay.wake();
  }
}

function traced(entries: readonly AuditEntry[]): AuditItem[] {
  const traceparent = traceparentOf();
  return entries.map((entry) => (traceparent === undefined ? { entry } : { entry, traceparent }));
}

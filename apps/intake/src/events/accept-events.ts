import { createHash, randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { Relay, RoutedRecord } from '@concordat/event-log';
import { eventKey, topics, type AcceptedEvent } from '@concordat/exchange';
import { BrokerError } from '@concordat/problem';
import { canonicalise, type CloudEvent } from '@concordat/record';
import { counter, duration, traceparentOf } from '@concordat/telemetry';
import type { CheckedEvent } from './check-event.js';

/** What a publisher gets for an event: the broker's name for it, and since when it is durable. */
export interface Receipt {
  readonly receipt: string;
  readonly source: string;
  readonly id: string;
  /** RFC 3339. */
  readonly accepted: string;
}

/** A receipt, or why there is none. */
export type Acceptance = Receipt | BrokerError;

const accepted = counter('concordat.intake.events', 'Events accepted or refused');
const took = duration('concordat.intake.duration', 'Time from a checked event to its durable receipt');

/**
 * Accepts checked events: for each a receipt and a place in the outbox, in one database transaction. When
 * this resolves the events are durable; the relay moves them to the log exactly once.
 *
 * @returns one acceptance for each event, in order; an event that was accepted before gets its first receipt
 */
export async function acceptEvents(
  database: DataSource,
  relay: Relay,
  provider: string,
  checked: readonly CheckedEvent[],
): Promise<Acceptance[]> {
  const started = performance.now();
  const acceptances = await database.transaction(async (transaction) => {
    const results = new Array<Acceptance>(checked.length);
    const records = new Array<RoutedRecord | undefined>(checked.length);
    for (const one of inLockingOrder(checked)) {
      const { acceptance, record } = await acceptOne(transaction, provider, one);
      results[one.place] = acceptance;
      records[one.place] = record;
    }
    await relay.enqueue(
      transaction,
      records.filter((record) => record !== undefined),
    );
    return results;
  });
  relay.wake();
  took(performance.now() - started);
  const refused = acceptances.filter((one) => one instanceof BrokerError).length;
  accepted(acceptances.length - refused, { outcome: 'accepted' });
  accepted(refused, { outcome: 'refused' });
  return acceptances;
}

/** A checked event, where it stands in its batch, and what it is known by. */
interface HashedEvent extends CheckedEvent {
  readonly place: number;
  readonly eventHash: Buffer;
}

/**
 * A receipt's row is locked until the batch commits, so batches that share events take them in one order,
 * whatever their own: else they would wait for each other. Repetitions within a batch keep theirs.
 */
const inLockingOrder = (checked: readonly CheckedEvent[]): HashedEvent[] =>
  checked
    .map((one, place) => ({
      ...one,
      place,
      eventHash: sha256(JSON.stringify([one.event.source, one.event.id])),
    }))
    .sort((a, b) => Buffer.compare(a.eventHash, b.eventHash));

interface ReceiptRow {
  readonly content_hash: Buffer;
  readonly receipt: string;
  readonly accepted: Date;
  readonly fresh: boolean;
}

async function acceptOne(
  transaction: EntityManager,
  provider: string,
  { event, schema, eventHash }: HashedEvent,
): Promise<{ acceptance: Acceptance; record?: RoutedRecord }> {
  const contentHash = sha256(canonicalise(event));
  const row = await rememberOrRecall(transaction, eventHash, contentHash);
  if (!row.content_hash.equals(contentHash)) return { acceptance: new BrokerError('id-reused') };
  const receipt: Receipt = {
    receipt: row.receipt,
    source: event.source,
    id: event.id,
    accepted: row.accepted.toISOString(),
  };
  if (!row.fresh) return { acceptance: receipt };
  const message: AcceptedEvent = {
    receipt: receipt.receipt,
    provider,
    accepted: receipt.accepted,
    schema,
    event,
  };
  return { acceptance: receipt, record: toRecord(event, message) };
}

/** A concurrent insert of the same event waits here for the first to commit, then finds its row. */
async function rememberOrRecall(
  transaction: EntityManager,
  eventHash: Buffer,
  contentHash: Buffer,
): Promise<ReceiptRow> {
  const inserted = await transaction.query<ReceiptRow[]>(
    `insert into receipt (event_hash, content_hash, receipt, accepted)
     values ($1, $2, $3, date_trunc('milliseconds', clock_timestamp()))
     on conflict do nothing returning content_hash, receipt, accepted, true as fresh`,
    [eventHash, contentHash, randomUUID()],
  );
  if (inserted[0] !== undefined) return inserted[0];
  const found = await transaction.query<ReceiptRow[]>(
    'select content_hash, receipt, accepted, false as fresh from receipt where event_hash = $1',
    [eventHash],
  );
  if (found[0] === undefined) throw new BrokerError('unavailable');
  return found[0];
}

function toRecord(event: CloudEvent, message: AcceptedEvent): RoutedRecord {
  const traceparent = traceparentOf();
  return {
    topic: topics.events,
    key: eventKey(event),
    value: Buffer.from(JSON.stringify(message)),
    ...(traceparent === undefined ? {} : { headers: { traceparent } }),
  };
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

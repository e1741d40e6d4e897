import { createHash, randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { Relay, RoutedRecord } from '@concordat/event-log';
import { encodeEvents, partitionOfEvent, topics, type AcceptedEvent } from '@concordat/exchange';
import { BrokerError } from '@concordat/problem';
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

/** Where accepted events go. */
export interface EventStore {
  readonly database: DataSource;
  readonly relay: Relay;
  /** Of the topic `events`. */
  readonly partitions: number;
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
  { database, relay, partitions }: EventStore,
  provider: string,
  checked: readonly CheckedEvent[],
): Promise<Acceptance[]> {
  const started = performance.now();
  const arrivals = checked.map(toArrival);
  const acceptances = await database.transaction(async (transaction) => {
    const receipts = await rememberOrRecall(transaction, arrivals);
    const fresh: Fresh[] = [];
    const results = arrivals.map((arrival) => acceptOne(arrival, receipts, fresh));
    await relay.enqueue(transaction, await toRecords(fresh, provider, partitions));
    return results;
  });
  relay.wake();
  took(performance.now() - started);
  const refused = acceptances.filter((one) => one instanceof BrokerError).length;
  accepted(acceptances.length - refused, { outcome: 'accepted' });
  accepted(refused, { outcome: 'refused' });
  return acceptances;
}

/** An event with its names by content. */
interface Arrival extends CheckedEvent {
  /** SHA-256 of source and id: the same for the same event, whatever it says. Hexadecimal. */
  readonly name: string;
  /** SHA-256 of all that the event says. Hexadecimal. */
  readonly content: string;
}

const toArrival = (checked: CheckedEvent): Arrival => ({
  ...checked,
  name: sha256(JSON.stringify([checked.event.source, checked.event.id])),
  content: sha256(checked.text),
});

/** An arrival that is new, with its receipt. */
interface Fresh extends Arrival {
  readonly receipt: string;
  readonly accepted: string;
}

interface KeptReceipt {
  readonly content: string;
  readonly receipt: string;
  readonly accepted: Date;
  /** Made just now, and not yet given to an event. */
  fresh: boolean;
}

/**
 * Keeps a receipt for each event that is new, and finds those of the others. Receipts are kept in the order
 * of their names, so that two batches with the same events never wait for each other; a concurrent insert of
 * the same event waits for the first to commit, then finds its receipt.
 */
async function rememberOrRecall(
  transaction: EntityManager,
  arrivals: readonly Arrival[],
): Promise<Map<string, KeptReceipt>> {
  const first = new Map<string, Arrival>();
  for (const arrival of arrivals) if (!first.has(arrival.name)) first.set(arrival.name, arrival);
  const names = [...first.keys()].sort();
  const inserted = await transaction.query<(KeptReceipt & { name: string })[]>(
    `insert into receipt (event_hash, content_hash, receipt, accepted)
     select decode(one.name, 'hex'), decode(one.content, 'hex'), one.receipt,
            date_trunc('milliseconds', clock_timestamp())
     from unnest($1::text[], $2::text[], $3::uuid[]) with ordinality as one (name, content, receipt, number)
     order by one.number
     on conflict do nothing
     returning encode(event_hash, 'hex') as name, encode(content_hash, 'hex') as content, receipt, accepted,
               true as fresh`,
    [names, names.map((name) => first.get(name)?.content), names.map(() => randomUUID())],
  );
  const receipts = new Map(inserted.map((row) => [row.name, row]));
  const known = names.filter((name) => !receipts.has(name));
  if (known.length === 0) return receipts;
  const found = await transaction.query<(KeptReceipt & { name: string })[]>(
    `select encode(event_hash, 'hex') as name, encode(content_hash, 'hex') as content, receipt, accepted,
            false as fresh
     from receipt where event_hash in (select decode(name, 'hex') from unnest($1::text[]) as name)`,
    [known],
  );
  for (const row of found) receipts.set(row.name, row);
  return receipts;
}

function acceptOne(arrival: Arrival, receipts: ReadonlyMap<string, KeptReceipt>, fresh: Fresh[]): Acceptance {
  const { event, name, content } = arrival;
  const kept = receipts.get(name);
  if (kept === undefined) throw new BrokerError('unavailable');
  if (kept.content !== content) return new BrokerError('id-reused');
  const { receipt } = kept;
  const accepted = kept.accepted.toISOString();
  if (kept.fresh) fresh.push({ ...arrival, receipt, accepted });
  // The same event again in this batch gets the same receipt, and no second record.
  kept.fresh = false;
  return { receipt, source: event.source, id: event.id, accepted };
}

/** The events of one partition go together, in their order; those of one ordering key are in one partition. */
async function toRecords(
  fresh: readonly Fresh[],
  provider: string,
  partitions: number,
): Promise<RoutedRecord[]> {
  const traceparent = traceparentOf();
  const lanes = new Map<number, AcceptedEvent[]>();
  for (const { event, schema, text, receipt, accepted } of fresh) {
    const item: AcceptedEvent = {
      receipt,
      accepted,
      ...(traceparent === undefined ? {} : { traceparent }),
      context: { provider, type: event.type, schema },
      event: text,
    };
    const partition = partitionOfEvent(event, partitions);
    const lane = lanes.get(partition);
    if (lane === undefined) lanes.set(partition, [item]);
    else lane.push(item);
  }
  const records = await Promise.all(
    [...lanes].map(async ([partition, items]) => {
      const blocks = await encodeEvents(items);
      return blocks.map((value) => ({ topic: topics.events, key: String(partition), partition, value }));
    }),
  );
  return records.flat();
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

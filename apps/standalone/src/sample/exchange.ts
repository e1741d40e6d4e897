import { setTimeout as pause } from 'node:timers/promises';
import type { BrokerClient, Delivery } from '@concordat/cli';
import type { CloudEvent } from '@concordat/record';
import { clientOf, OVERSIGHT, PROVIDER, recipients, untilKnown } from './seed.js';
import type { KeyRing } from './key-ring.js';

/** What came of the sample's events. */
export interface SampleExchange {
  /** What each recipient has received, in order. */
  readonly received: ReadonlyMap<string, readonly Delivery[]>;
  /** What each recipient received of the one event that is shown; none where it was withheld. */
  readonly shown: ReadonlyMap<string, Delivery>;
}

/** Ms for the sample's events to be decided and delivered. */
const LIMIT = 60_000;

/** Publishes the sample's events as the register office's system would, and pulls as the recipients' would. */
export async function exchangeSample(
  keyRing: KeyRing,
  events: readonly CloudEvent[],
  shown: CloudEvent,
): Promise<SampleExchange> {
  const publisher = await clientOf(keyRing, PROVIDER, 'system');
  const receipts = new Map<string, CloudEvent>();
  for (const event of events) {
    const { receipt } = await untilKnown(() => publisher.publish(event));
    receipts.set(receipt, event);
  }
  const released = await untilDecided(
    await clientOf(keyRing, OVERSIGHT.id, OVERSIGHT.role),
    new Set(receipts.keys()),
  );
  const received = new Map<string, Delivery[]>();
  const shownTo = new Map<string, Delivery>();
  for (const recipient of recipients) {
    const expected = released.filter((entry) => entry.recipient === recipient);
    const deliveries = await pullAll(
      await clientOf(keyRing, recipient, 'system'),
      new Set(expected.map(({ disclosure }) => disclosure)),
    );
    received.set(recipient, deliveries);
    const wanted = expected.find(({ receipt }) => receipts.get(receipt) === shown)?.disclosure;
    const delivery = deliveries.find(({ event }) => event['id'] === wanted);
    if (delivery !== undefined) shownTo.set(recipient, delivery);
  }
  return { received, shown: shownTo };
}

interface Released {
  readonly receipt: string;
  readonly recipient: string;
  readonly disclosure: string;
}

/** Reads the ledger until every event has been decided; then all of its decisions are there too. */
async function untilDecided(overseer: BrokerClient, receipts: ReadonlySet<string>): Promise<Released[]> {
  const undecided = new Set(receipts);
  const released: Released[] = [];
  const deadline = performance.now() + LIMIT;
  for (let from = 0; ;) {
    const { entries, next } = await overseer.auditEntries(from, 1000);
    for (const seen of entries) {
      if (!('entry' in seen)) continue;
      const entry = seen.entry as unknown as Released & { type: string };
      if (entry.type === 'event.accepted') undecided.delete(entry.receipt);
      if (entry.type === 'disclosure.released' && receipts.has(entry.receipt)) released.push(entry);
    }
    from = next;
    // An event's decisions may stand in the next page after its acceptance: read on until nothing is left.
    if (undecided.size === 0 && entries.length === 0) return released;
    if (performance.now() > deadline) throw new Error('The sample’s events were not decided in time.');
    if (entries.length === 0) await pause(100);
  }
}

async function pullAll(client: BrokerClient, expected: ReadonlySet<string>): Promise<Delivery[]> {
  const outstanding = new Set(expected);
  const deliveries: Delivery[] = [];
  const deadline = performance.now() + LIMIT;
  let after = '0';
  while (outstanding.size > 0) {
    if (performance.now() > deadline) throw new Error('The sample’s disclosures were not delivered in time.');
    const page = await client.pull(after, 1000, 5);
    for (const delivery of page.deliveries) {
      outstanding.delete(String(delivery.event['id']));
      deliveries.push(delivery);
    }
    after = page.next;
  }
  if (deliveries.length > 0) await client.acknowledge(after);
  return deliveries;
}

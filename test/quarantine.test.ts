/** A record that nobody can read stops its own lane and no other, until the operator has it put aside. */
import { BrokerClient } from '@concordat/cli';
import { createPostgresEventLog, type EventLog } from '@concordat/event-log';
import { topics } from '@concordat/exchange';
import { deathRegistrations } from '@concordat/sample';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandalone, type Standalone } from './support/standalone.js';
import { until } from './support/wait.js';

interface Lane {
  readonly group: string;
  readonly partition: number;
  readonly state: string;
  readonly failure?: { readonly offset: string; readonly error: string; readonly attempts: number };
}

const POISON = 'not JSON, but a name: Zzyzx-Canary-Person';

let broker: Standalone;
let log: EventLog;

beforeAll(async () => {
  broker = await startStandalone({ sample: true });
  log = await createPostgresEventLog({ connectionString: broker.databaseUrl() });
});

afterAll(async () => {
  await log.close();
  await broker.stop();
});

describe('a poisoned record', () => {
  it('parks its lane; an order of the operator lets the lane go on, and nothing else is lost', async () => {
    const statistics = new BrokerClient(broker.credentials('health-statistics.system'));
    const before = (await statistics.pull('0', 1000, 0)).next;

    await log.append(topics.events, [{ key: 'poison', value: Buffer.from(POISON) }]);
    const parked = await until('a parked lane', async () =>
      (await lanes()).find(({ state }) => state === 'parked'),
    );
    expect(parked.group).toBe('enforcer');
    expect(parked.failure?.attempts).toBeGreaterThanOrEqual(5);
    expect(JSON.stringify(parked)).not.toContain('Canary');

    const publisher = new BrokerClient(broker.credentials('register-office.system'));
    const events = deathRegistrations({ seed: 4, count: 200 });
    const { results } = await publisher.publishBatch(events);
    const receipts = new Set(results.map((result) => ('receipt' in result ? result.receipt : 'refused')));
    const expected = await releasedOf(receipts, (count) => count > 50);
    expect(expected.length).toBeLessThan(receipts.size);

    const operator = new BrokerClient({
      url: broker.url,
      clientId: 'concordat.operator',
      key: broker.secrets().operator.privateKey,
    });
    await operator.quarantine({
      group: parked.group,
      topic: topics.events,
      partition: parked.partition,
      offset: parked.failure?.offset ?? '',
      because: 'It was written by a test and cannot be read',
    });
    await until('no parked lane', async () => (await lanes()).every(({ state }) => state === 'running'));

    const released = await releasedOf(receipts, (_, decided) => decided === receipts.size);
    const received = new Set<string>();
    await until('every disclosure', async () => {
      const { deliveries } = await statistics.pull(before, 1000, 1);
      for (const { event } of deliveries) received.add(String(event['id']));
      return received.size >= released.length;
    });
    expect(received).toEqual(new Set(released));
    expect(broker.output()).not.toContain('Canary');
  });

  it('is put aside by nobody but the operator', async () => {
    const system = new BrokerClient(broker.credentials('pensions.system'));
    const order = { group: 'enforcer', topic: topics.events, partition: 0, offset: '0', because: 'Just so' };
    await expect(system.quarantine(order)).rejects.toThrow(/scope/u);
  });
});

async function lanes(): Promise<Lane[]> {
  const response = await fetch(`${broker.url}/health/lanes`);
  return ((await response.json()) as { lanes: Lane[] }).lanes;
}

/**
 * The ids under which health-statistics gets the events of these receipts, by the ledger.
 *
 * @param enough tells from the counts of releases and of decided events whether to stop reading
 */
function releasedOf(
  receipts: ReadonlySet<string>,
  enough: (released: number, decided: number) => boolean,
): Promise<string[]> {
  const overseer = new BrokerClient(broker.credentials('data-oversight.oversight'));
  return until('the decisions', async () => {
    const released: string[] = [];
    const decided = new Set<string>();
    for (let from = 0; ;) {
      const { entries, next } = await overseer.auditEntries(from, 1000);
      for (const seen of entries) {
        if (!('entry' in seen) || !receipts.has(String(seen.entry['receipt']))) continue;
        const { type, recipient, disclosure, receipt } = seen.entry as Record<string, string>;
        if (type === 'event.accepted' && receipt !== undefined) decided.add(receipt);
        if (type === 'disclosure.released' && recipient === 'health-statistics')
          released.push(String(disclosure));
      }
      if (entries.length === 0) return enough(released.length, decided.size) ? released : false;
      from = next;
    }
  });
}

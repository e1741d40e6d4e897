import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { verifyLedger } from '@concordat/cli';
import {
  agreeToEverything,
  known,
  OVERSIGHT,
  PROVIDER,
  RECIPIENTS,
  setUpOffices,
  type Offices,
} from './agencies.js';
import type { Chance } from './chance.js';
import { expectExactly, type Released } from './compare.js';
import { untilDecided } from './ledger.js';
import { readMailbox } from './mailbox.js';
import { entitled } from './oracle.js';
import { APPS, type App, type SeparateApps } from './separate.js';
import type { Standalone } from './standalone.js';
import { until } from './wait.js';
import { startWorkload, type Workload } from './workload.js';
import { deathRegistrations } from '@concordat/sample';

/** What happens to the broker while its agencies work. */
export type Havoc = (checkpoint: () => Promise<void>) => Promise<void>;

/**
 * Publishes and pulls all the while that `havoc` lasts, then holds what came of it to what must come of it:
 * what got a `202` is delivered once, in order, to each who is entitled to it, and the ledger tells the same.
 */
export async function expectNothingLost(
  url: string,
  operator: Parameters<typeof setUpOffices>[1],
  random: Chance,
  havoc: Havoc,
): Promise<void> {
  const offices = await setUpOffices(url, operator);
  await agreeToEverything(offices);
  const before = await untilReleased(offices);
  const overseer = offices.client(OVERSIGHT, 'oversight');
  const checkpoints = [await overseer.auditCheckpoint()];
  const workload = startWorkload(url, offices, random);
  try {
    await Promise.race([
      havoc(async () => {
        // The broker may be dying: then there is no checkpoint to remember.
        const note = await overseer.auditCheckpoint().catch(() => undefined);
        if (note !== undefined) checkpoints.push(note);
      }),
      workload.failed,
    ]);
    await Promise.race([workload.finishPublishing(), workload.failed]);
    await expectOutcome(offices, workload, before);
  } finally {
    workload.abandon();
  }
  const verifierKey = await overseer.auditKey();
  for (const earlier of [checkpoints[0]!, checkpoints.at(-1)!]) {
    expect(await verifyLedger(overseer, { verifierKey, earlier })).toMatchObject({ verified: true });
  }
}

/** Until each recipient has something: from then on all four agreements are in force. @returns receipts */
async function untilReleased(offices: Offices): Promise<string[]> {
  const receipts: string[] = [];
  const publisher = offices.client(PROVIDER, 'system');
  for (const recipient of RECIPIENTS) {
    await until(`a release to ${recipient}`, async () => {
      for (const event of deathRegistrations({ seed: 77_000 + receipts.length, count: 1 })) {
        receipts.push((await known(() => publisher.publish(event))).receipt);
      }
      return (await offices.client(recipient, 'system').pull('0', 1, 1)).deliveries.length > 0;
    });
  }
  await untilDecided(offices.client(OVERSIGHT, 'oversight'), receipts);
  return receipts;
}

async function expectOutcome(offices: Offices, workload: Workload, before: readonly string[]): Promise<void> {
  const { published, pulled } = workload;
  const receipts = published.map(({ receipt }) => receipt);
  expect(new Set(receipts).size).toBe(receipts.length);
  const entries = await untilDecided(offices.client(OVERSIGHT, 'oversight'), receipts);
  const released = entries.filter(({ type }) => type === 'disclosure.released') as unknown as Released[];
  const early = new Set(before);
  const earlyIds = new Set(
    released.filter(({ receipt }) => early.has(receipt)).map(({ disclosure }) => disclosure),
  );
  for (const recipient of RECIPIENTS) {
    const mine = released.filter((one) => one.recipient === recipient);
    const { received } = await readMailbox(offices.credentials(recipient, 'system'), mine.length);
    expect(received).toHaveLength(mine.length);
    const compared = received.filter(({ event }) => !earlyIds.has(String(event['id'])));
    const count = expectExactly(recipient, compared, published, released);
    expect(count).toBe(published.filter(({ event }) => entitled(recipient, event) !== undefined).length);
    // What a recipient got in the middle of it all is what its mailbox says to this day.
    const atHand = new Map(received.map((one) => [one.cursor, one]));
    for (const [cursor, delivery] of pulled.get(recipient)!) expect(delivery).toEqual(atHand.get(cursor));
  }
  await Promise.race([workload.finish(), workload.failed]);
  expect(entries.filter(({ type }) => type === 'event.accepted')).toHaveLength(receipts.length + early.size);
  expect(entries.filter(({ type }) => type === 'conflict')).toEqual([]);
  const decisions = entries.filter(
    ({ type }) => type === 'disclosure.released' || type === 'disclosure.withheld',
  );
  expect(decisions.filter(({ receipt }) => !early.has(String(receipt)))).toHaveLength(receipts.length * 4);
  console.log(`  ${receipts.length} events, ${released.length} disclosures, ${workload.retries()} retries`);
}

/** Kills the whole broker, its database's keeper with it, again and again. */
export const killStandalone =
  (broker: Standalone, random: Chance, rounds: number): Havoc =>
  async (checkpoint) => {
    for (let round = 0; round < rounds; round += 1) {
      await pause(500 + random.below(2500));
      await checkpoint();
      await broker.kill();
      await pause(random.below(400));
      await broker.start();
    }
    await pause(1000);
  };

/** Kills each app in turn, then some together, and then the database. */
export const killSeparately =
  (apps: SeparateApps, random: Chance): Havoc =>
  async (checkpoint) => {
    const victims: App[][] = random.shuffled(APPS).map((app) => [app]);
    victims.push(random.shuffled(APPS).slice(0, 3));
    for (const several of victims) {
      await pause(200 + random.below(1000));
      await checkpoint();
      await Promise.all(several.map((app) => apps.kill(app)));
      await pause(random.below(500));
      await Promise.all(several.map((app) => apps.start(app)));
    }
    await pause(1000);
    await apps.postgres.kill();
    await pause(random.below(1500));
    await apps.postgres.restart();
    await pause(3000);
    for (const app of APPS) if (!apps.process(app).running) await apps.start(app);
    await apps.ready();
    await pause(2000);
  };

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  freezeAgreement,
  freezeNotice,
  signAgreement,
  signNotice,
  type FrozenAgreement,
} from '@concordat/agreement';
import type { CloudEvent, JsonObject } from '@concordat/record';
import { deathRegistrations, loadSampleAgreements } from '@concordat/sample';
import { known, OVERSIGHT, PROVIDER, setUpOffices, type Offices } from './support/agencies.js';
import { untilDecided, type Entry } from './support/ledger.js';
import { readMailbox } from './support/mailbox.js';
import { startStandalone, type Standalone } from './support/standalone.js';
import { until } from './support/wait.js';

const TYPE = 'uk.register-office.death.registered';
const ID = 'agreement-life';
const COUNCIL = 'northshire-council';
const SEX = '/deceased/sex';
const INSURANCE = '/deceased/nationalInsuranceNumber';

/** The sample's agreement with Pensions, to which a council may join later: without one field, with it, and narrower. */
const first = versionOf(1, [SEX]);
const wider = versionOf(2, []);
const narrower = versionOf(3, [INSURANCE]);
const FIRM = ['register-office/information-asset-owner', 'register-office/legal', 'pensions/legal'];

let broker: Standalone;
let offices: Offices;
const events = eventsToPublish();

beforeAll(async () => {
  broker = await startStandalone({ sample: false });
  offices = await setUpOffices(broker.url, broker.secrets().operator);
});
afterAll(async () => {
  await broker?.stop();
});

/** In order: each test begins where the one before it has left the agreement. */
describe('the life of an agreement', () => {
  /** Digests of the notices of suspension. */
  let suspension = '';

  it('begins when everyone whom it needs has signed; a later joiner gets nothing yet', async () => {
    await offices.client(PROVIDER, 'legal').propose(first.agreement);
    for (const name of FIRM) await sign(name, first);
    await untilOutcome('pensions', 'released');
    expect(await decisions()).toEqual([decided('pensions', 'released', first)]);
  });

  it('stops when one party suspends it', async () => {
    suspension = await give('pensions/legal', { kind: 'suspend' });
    await untilOutcome('pensions', 'agreement-suspended');
    expect(await decisions()).toEqual([decided('pensions', 'agreement-suspended', first)]);
  });

  it('stays stopped while one of them has not signed that it goes on', async () => {
    for (const name of FIRM.slice(1)) await give(name, { kind: 'resume', lifts: [suspension] });
    await untilMissing(FIRM[0]!);
    expect(await decisions()).toEqual([decided('pensions', 'agreement-suspended', first)]);
  });

  it('goes on when everyone has', async () => {
    await give(FIRM[0]!, { kind: 'resume', lifts: [suspension] });
    await untilOutcome('pensions', 'released');
    expect(await decisions()).toEqual([decided('pensions', 'released', first)]);
  });

  it('gives a party that joins what comes after, and nothing from before', async () => {
    await sign(`${COUNCIL}/legal`, first);
    await untilOutcome(COUNCIL, 'released');
    const after = await decisions();
    expect(after).toEqual([decided(COUNCIL, 'released', first), decided('pensions', 'released', first)]);
    const released = (await entries()).filter(
      ({ type, recipient }) => type === 'disclosure.released' && recipient === COUNCIL,
    );
    const { received } = await readMailbox(offices.credentials(COUNCIL, 'system'), released.length);
    expect(received.map(({ event }) => event['id'])).toEqual(released.map(({ disclosure }) => disclosure));
  });

  it('is widened by a newer version only when everyone has signed that', async () => {
    await offices.client(PROVIDER, 'legal').propose(wider.agreement);
    for (const name of FIRM.slice(1)) await sign(name, wider);
    const [before] = (await decidedEntries()).filter(({ recipient }) => recipient === 'pensions');
    expect(before).toMatchObject({ agreement: { version: 1 }, type: 'disclosure.released' });
    expect(before?.['fields']).not.toContain(SEX);
    await sign(FIRM[0]!, wider);
    await untilVersion(2);
    const [after] = await decidedEntries();
    expect(after).toMatchObject({
      agreement: { version: 2, digest: wider.digest },
      type: 'disclosure.released',
    });
    expect(after?.['fields']).toContain(SEX);
    expect(after).not.toHaveProperty('narrowedBy');
  });

  it('is narrowed at once by a newer version that one party has signed', async () => {
    await offices.client('pensions', 'legal').propose(narrower.agreement);
    await sign('pensions/legal', narrower);
    const narrowed = await until('a narrower decision', async () => {
      const [entry] = await decidedEntries();
      return entry?.['narrowedBy'] === narrower.digest && entry;
    });
    // What everyone signed is cited still.
    expect(narrowed).toMatchObject({ agreement: { version: 2, digest: wider.digest } });
    expect(narrowed['fields']).not.toContain(INSURANCE);
    expect(narrowed['fields']).toContain(SEX);
  });
});

/** What the ledger says of an event that is published now, by recipient. */
async function decisions(): Promise<object[]> {
  return (await decidedEntries()).map(({ recipient, type, reason, agreement }) => ({
    recipient,
    outcome: type === 'disclosure.released' ? 'released' : reason,
    version: (agreement as { version: number }).version,
    digest: (agreement as { digest: string }).digest,
  }));
}

const decided = (recipient: string, outcome: string, { agreement, digest }: FrozenAgreement): object => ({
  recipient,
  outcome,
  version: agreement.version,
  digest,
});

/** Publishes one event and waits for the entries of its decisions. */
async function decidedEntries(): Promise<Entry[]> {
  const { value: event } = events.next();
  const { receipt } = await known(() => offices.client(PROVIDER, 'system').publish(event));
  return (await entries([receipt]))
    .filter((entry) => entry['receipt'] === receipt && entry.type.startsWith('disclosure.'))
    .sort((one, other) => (String(one['recipient']) < String(other['recipient']) ? -1 : 1));
}

const entries = (receipts: readonly string[] = []): Promise<Entry[]> =>
  untilDecided(offices.client(OVERSIGHT, 'oversight'), receipts);

/** News takes a moment to reach the enforcer: publishes until it is seen. */
const untilOutcome = (recipient: string, outcome: string): Promise<object> =>
  until(`${outcome} for ${recipient}`, async () =>
    (await decisions()).find((one) => {
      const seen = one as { recipient: string; outcome: string };
      return seen.recipient === recipient && seen.outcome === outcome;
    }),
  );

const untilVersion = (version: number): Promise<object> =>
  until(`a decision by version ${version}`, async () =>
    (await decisions()).find((one) => (one as { version: number }).version === version),
  );

/** Waits until nobody else’s consent to go on is missing. */
const untilMissing = (name: string): Promise<true> =>
  until(`${name} alone to be missing`, async () => {
    const { standing } = await offices.client(PROVIDER, 'legal').overview(ID);
    const missing = standing.causes.flatMap((cause) => (cause.kind === 'suspended' ? cause.missing : []));
    return missing.join() === name;
  });

async function sign(name: string, frozen: FrozenAgreement): Promise<void> {
  const [party = '', role = ''] = name.split('/');
  const { privateKey } = offices.signingKey(party, role);
  const time = new Date().toISOString();
  const signature = await signAgreement(frozen, { party, role, kid: privateKey.kid, time }, privateKey);
  await offices.client(party, 'legal').sign(ID, frozen.agreement.version, signature);
}

/** Gives notice about the first version. @returns the notice's digest */
async function give(name: string, part: JsonObject): Promise<string> {
  const [party = '', role = ''] = name.split('/');
  const { privateKey } = offices.signingKey(party, role);
  const frozen = freezeNotice({
    notice: '1.0',
    agreement: { id: ID, version: 1, digest: first.digest },
    party,
    role,
    time: new Date().toISOString(),
    because: 'Records were sent to the wrong office',
    ...part,
  });
  const signature = await signNotice(frozen, privateKey.kid, privateKey);
  await offices.client(party, 'legal').sendNotice(frozen.notice, signature);
  return frozen.digest;
}

/** @param without fields that it does not grant */
function versionOf(version: number, without: readonly string[]): FrozenAgreement {
  const sample = loadSampleAgreements()[0] ?? {};
  const parties = sample['parties'] as JsonObject[];
  const recipient = parties.find(({ role }) => role === 'recipient');
  const [grant] = (sample['grants'] as JsonObject[]).filter((one) => one['event'] === TYPE);
  const fields = (grant?.['fields'] as JsonObject[]).filter(
    ({ field }) => typeof field === 'string' && !without.includes(field),
  );
  return freezeAgreement({
    ...sample,
    id: ID,
    version,
    parties: [...parties, { ...recipient, agency: COUNCIL, name: 'Northshire Council', mayJoinLater: true }],
    grants: [
      { ...grant, fields },
      { ...grant, id: 'deaths-to-council', recipient: COUNCIL, fields },
    ],
  });
}

/** Deaths of adults whose National Insurance number is known, each once. */
function* eventsToPublish(): Generator<CloudEvent, never> {
  const ids = new Set<string>();
  for (let seed = 1; ; seed += 1) {
    for (const event of deathRegistrations({ seed, count: 200 })) {
      const deceased = event.data['deceased'] as JsonObject;
      const suits =
        event.type === TYPE && Number(deceased['ageAtDeath']) >= 16 && 'nationalInsuranceNumber' in deceased;
      if (!suits || ids.has(event.id)) continue;
      ids.add(event.id);
      yield event;
    }
  }
}

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKeyPair, RefusedError, verifyLedger } from '@concordat/cli';
import type { CloudEvent, JsonObject } from '@concordat/record';
import { deathRegistrations, sampleAgencies } from '@concordat/sample';
import {
  AGREEMENTS,
  OVERSIGHT,
  PROVIDER,
  RECIPIENTS,
  setUpOffices,
  type Offices,
  type Recipient,
} from './agencies.js';
import { expectExactly, type Published, type Released } from './compare.js';
import { withDatabase } from './database.js';
import type { Deployment, Kind } from './deployments.js';
import { readEntries, readLedger, untilDecided, type Entry } from './ledger.js';
import { readMailbox, type Mailbox } from './mailbox.js';
import { entitled } from './oracle.js';
import { batchPost, eventPost, send, type RawRequest } from './raw.js';
import { accessToken } from './tokens.js';
import { until } from './wait.js';

/** So many events are compared; the sample's awkward cases are among the first forty. */
const EVENTS = 400;
const CANARY = 'CANARY-';

/** A whole exchange between the sample's agencies, on one kind of deployment. */
export function exchangeSuite(kind: Kind): void {
  describe(`an exchange, ${kind.name}`, () => {
    let broker: Deployment;
    let offices: Offices;
    let publisher: string;
    /** Every event that was accepted, in the order of publication, each once. */
    const published: Published[] = [];
    /** Of traces that publishers began: these stay with the publisher and the broker. */
    const traces: string[] = [];
    const mailboxes = new Map<Recipient, Mailbox>();
    let entries: Entry[] = [];

    beforeAll(async () => {
      broker = await kind.start({ LOG_LEVEL: 'trace' });
      offices = await setUpOffices(broker.url, broker.operator);
      publisher = await accessToken(offices.credentials(PROVIDER, 'system'), 'events:publish');
    });
    afterAll(async () => {
      await broker?.stop();
    });

    const traced = (request: RawRequest): RawRequest => {
      const trace = randomBytes(16).toString('hex');
      traces.push(trace);
      return { ...request, headers: { traceparent: `00-${trace}-${randomBytes(8).toString('hex')}-01` } };
    };
    const note = (event: CloudEvent, receipt: string): void => {
      if (published.every((one) => one.receipt !== receipt)) published.push({ receipt, event });
    };
    const publish = async (event: CloudEvent): Promise<void> => {
      const response = await send(broker.url, traced(eventPost(publisher, JSON.stringify(event))));
      expect(response.status).toBe(202);
      note(event, ((await response.json()) as { receipt: string }).receipt);
    };
    const publishBatch = async (events: readonly CloudEvent[]): Promise<void> => {
      const response = await send(broker.url, traced(batchPost(publisher, JSON.stringify(events))));
      expect(response.status).toBe(202);
      const { results } = (await response.json()) as { results: { receipt: string }[] };
      for (const [at, { receipt }] of results.entries()) note(events[at]!, receipt);
    };
    const overseer = () => offices.client(OVERSIGHT, 'oversight');
    const receiptsFrom = (from: number): string[] => published.slice(from).map(({ receipt }) => receipt);

    describe('before everyone has signed', () => {
      it('releases nothing to anybody', async () => {
        for (const id of AGREEMENTS) {
          const isNew = id === 'mortality-statistics' || id === 'death-notification-driver-licensing';
          if (!isNew) await offices.agree(id);
        }
        await offices.agree('mortality-statistics', ['register-office/information-asset-owner']);
        await offices.agree('death-notification-driver-licensing', ['driver-licensing/legal']);
        // News of the agreements that are whole has come when one of them releases; what is not whole must not.
        await until('a first release', async () => {
          await publish(deathRegistrations({ seed: 900 + published.length, count: 1 })[0]!);
          const { deliveries } = await offices.client('pensions', 'system').pull('0', 1, 1);
          return deliveries.length > 0;
        });
        await publishBatch(deathRegistrations({ seed: 7, count: 30 }));
        entries = await untilDecided(overseer(), receiptsFrom(0));
        for (const recipient of ['health-statistics', 'driver-licensing'] as const) {
          expect((await readMailbox(offices.credentials(recipient, 'system'), 0)).received).toEqual([]);
          expect(entries.filter((entry) => entry['recipient'] === recipient)).toEqual([]);
        }
        expect(entries.filter(({ type }) => type === 'agreement.activated')).toHaveLength(2);
      });

      it('the last signature releases what follows, and only that', async () => {
        const before = new Set(receiptsFrom(0));
        for (const [id, recipient, party, role] of [
          ['mortality-statistics', 'health-statistics', PROVIDER, 'information-asset-owner'],
          ['death-notification-driver-licensing', 'driver-licensing', 'driver-licensing', 'legal'],
        ] as const) {
          await offices.sign(id, party, role);
          await until('a release', async () => {
            await publish(deathRegistrations({ seed: 2000 + published.length, count: 1 })[0]!);
            const { deliveries } = await offices.client(recipient, 'system').pull('0', 1, 1);
            return deliveries.length > 0;
          });
        }
        entries = await untilDecided(overseer(), receiptsFrom(0));
        const early = entries.filter(
          ({ type, receipt, recipient }) =>
            type === 'disclosure.released' &&
            before.has(String(receipt)) &&
            (recipient === 'health-statistics' || recipient === 'driver-licensing'),
        );
        expect(early).toEqual([]);
      });
    });

    describe('when everyone has signed', () => {
      /** What was published until then is not compared: it depends on when news came. */
      let from = 0;
      const starts = new Map<Recipient, number>();

      it('every recipient gets exactly what it is entitled to, once, in order', async () => {
        from = published.length;
        for (const recipient of RECIPIENTS) {
          const { received } = await readMailbox(offices.credentials(recipient, 'system'), 0);
          starts.set(recipient, received.length);
        }
        const events = [...deathRegistrations({ seed: 4711, count: EVENTS }), canaryEvent()];
        for (let at = 0; at < events.length;) {
          // A few alone, then some together: both ways in keep the order.
          const alone = events.slice(at, at + 20);
          for (const event of alone) await publish(event);
          const together = events.slice(at + 20, at + 80);
          if (together.length > 0) await publishBatch(together);
          at += 80;
        }
        // All of it again changes nothing.
        await publishBatch(events.toReversed());
        entries = await untilDecided(overseer(), receiptsFrom(from));
        const compared = published.slice(from);
        for (const recipient of RECIPIENTS) {
          const start = starts.get(recipient) ?? 0;
          const due = compared.filter(({ event }) => entitled(recipient, event) !== undefined).length;
          const mailbox = await readMailbox(offices.credentials(recipient, 'system'), start + due);
          mailboxes.set(recipient, mailbox);
          const count = expectExactly(recipient, mailbox.received.slice(start), compared, releases());
          expect(count).toBeGreaterThan(50);
        }
      });

      const releases = (): Released[] =>
        entries.filter(({ type }) => type === 'disclosure.released') as unknown as Released[];

      it('the ledger has each decision once, and the sums agree', () => {
        const compared = new Set(receiptsFrom(from));
        const of = (type: string) =>
          entries.filter((entry) => entry.type === type && compared.has(String(entry['receipt'])));
        expect(of('event.accepted')).toHaveLength(compared.size);
        expect(new Set(of('event.accepted').map(({ receipt }) => receipt)).size).toBe(compared.size);
        expect(of('disclosure.released').length + of('disclosure.withheld').length).toBe(4 * compared.size);
        expect(new Set(of('disclosure.withheld').map(({ reason }) => reason))).toEqual(
          new Set(['rows-not-met']),
        );
        expect(entries.filter(({ type }) => type === 'conflict')).toEqual([]);
        expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
      });

      it('no two recipients share an id or a pseudonym', () => {
        const seen = new Map<string, string>();
        for (const [recipient, { received }] of mailboxes) {
          const texts = new Set(received.flatMap(({ event }) => opaqueTexts(event)));
          expect(texts.size).toBeGreaterThan(50);
          for (const text of texts) {
            expect(seen.get(text)).toBeUndefined();
            seen.set(text, recipient);
          }
        }
      });

      it('nothing of the event’s envelope or trace reaches a recipient', () => {
        const secret = published.flatMap(({ receipt, event }) => [
          receipt,
          event.id,
          event.subject!,
          event.source,
          event.dataschema!,
          (event.data['registration'] as { urn: string }).urn,
        ]);
        for (const { wire } of mailboxes.values()) {
          for (const text of new Set([...secret, ...traces])) expect(wire.includes(text)).toBe(false);
          expect(wire).not.toMatch(/trace-?(parent|state|id)/iu);
        }
      });

      it('no withheld field leaves by any way', async () => {
        const all = new Set(JSON.stringify(canaryEvent()).match(/CANARY-[a-zA-Z]+/gu));
        expect(all.size).toBeGreaterThan(25);
        for (const [recipient, { wire }] of mailboxes) {
          expect(new Set(wire.match(/CANARY-[a-zA-Z]+/gu))).toEqual(new Set(ENTITLED_CANARIES[recipient]));
        }
        expect(JSON.stringify(entries)).not.toContain(CANARY);
        expect(broker.output()).not.toContain(CANARY);
      });

      it('neither the ledger nor the log names an event or a person', () => {
        const audit = JSON.stringify(entries);
        for (const { event } of published) {
          const { registration, deceased } = event.data as unknown as {
            registration: { urn: string };
            deceased: { nhsNumber?: string; nationalInsuranceNumber?: string };
          };
          const { nhsNumber, nationalInsuranceNumber } = deceased;
          const texts = [event.id, event.subject, registration.urn, nhsNumber, nationalInsuranceNumber];
          for (const text of texts) {
            if (text === undefined) continue;
            expect(audit.includes(text)).toBe(false);
            expect(broker.output().includes(text)).toBe(false);
          }
        }
        expect(broker.output()).not.toMatch(/"level":"(error|fatal)"/u);
      });
    });

    describe('nobody acts for another', () => {
      const refused = async (work: Promise<unknown>, ...codes: string[]): Promise<void> => {
        const error = await work.then(
          () => undefined,
          (caught: unknown) => caught,
        );
        expect(error).toBeInstanceOf(RefusedError);
        expect(codes).toContain((error as RefusedError).problem.type?.replace('urn:concordat:problem:', ''));
      };
      const event = (): CloudEvent => deathRegistrations({ seed: 5, count: 1 })[0]!;

      it('a recipient reads its own mailbox, whatever it asks', async () => {
        const token = await accessToken(offices.credentials('pensions', 'system'), 'deliveries:receive');
        for (const path of ['?recipient=driver-licensing', '?agency=driver-licensing', '/driver-licensing']) {
          const response = await send(broker.url, { path: `/v1/deliveries${path}`, token });
          expect([400, 404]).toContain(response.status);
        }
        const headers = { 'x-agency': 'driver-licensing', 'x-forwarded-user': 'driver-licensing.system' };
        const response = await send(broker.url, { path: '/v1/deliveries?limit=1000', token, headers });
        expect(await response.text()).not.toContain('death-notification-driver-licensing');
        expect((await offices.client(PROVIDER, 'system').pull('0', 10, 0)).deliveries).toEqual([]);
      });

      it('an agency signs for itself alone', async () => {
        const id = 'death-notification-pensions';
        const legal = offices.client('driver-licensing', 'legal');
        const own = await newKeyPair();
        await refused(
          legal.sign(id, 1, await offices.signature(id, 'pensions', 'legal')),
          'foreign-agency',
          'signature-invalid',
        );
        await refused(
          legal.sign(id, 1, await offices.signature(id, 'pensions', 'legal', own)),
          'signature-invalid',
        );
        const named = {
          ...own,
          privateKey: { ...own.privateKey, kid: offices.credentials('pensions', 'legal').key.kid! },
        };
        await refused(
          legal.sign(id, 1, await offices.signature(id, 'pensions', 'legal', named)),
          'signature-invalid',
        );
        // The key with which a client signs in is no key to sign agreements with.
        const { key } = offices.credentials('pensions', 'legal');
        const signIn = { publicKey: {}, privateKey: { ...key, kid: key.kid! } };
        await refused(
          offices
            .client('pensions', 'legal')
            .sign(id, 1, await offices.signature(id, 'pensions', 'legal', signIn)),
          'signature-invalid',
        );
      });

      it('an agency publishes as itself alone, and only its own types', async () => {
        const pensions = offices.client('pensions', 'system');
        await refused(pensions.publish(event()), 'foreign-source');
        await refused(
          pensions.publish({ ...event(), source: 'urn:concordat:agency:pensions' }),
          'foreign-source',
        );
        await refused(pensions.registerSchema(event().type, { type: 'object' }), 'foreign-agency');
      });

      it('an agency registers its own keys alone', async () => {
        const { publicKey: jwk } = await newKeyPair();
        const legal = offices.client('driver-licensing', 'legal');
        for (const use of ['signing', 'authentication']) {
          await refused(legal.registerKey('pensions', { jwk, use, role: 'legal' }), 'foreign-agency');
        }
        await refused(
          legal.registerKey('driver-licensing', { jwk, use: 'authentication', role: 'operator' }),
          'key-invalid',
        );
        await refused(
          legal.registerKey('driver-licensing', { jwk, use: 'authentication', role: 'oversight' }),
          'key-invalid',
        );
        const { publicKey: taken } = await newKeyPair();
        await legal.registerKey(
          'driver-licensing',
          await offices.vouched('driver-licensing', { jwk: taken, role: 'deputy' }),
        );
        await refused(
          offices
            .client('pensions', 'legal')
            .registerKey('pensions', { jwk: taken, use: 'signing', role: 'legal' }),
          'already-exists',
        );
      });

      it('the operator can neither sign, nor bring anybody in, nor read', async () => {
        const { operator } = offices;
        const { publicKey: jwk } = await newKeyPair();
        for (const [use, role] of [
          ['signing', 'legal'],
          ['authentication', 'legal'],
          ['authentication', 'system'],
          ['authentication', 'officer'],
        ] as const) {
          await refused(operator.registerKey('pensions', { jwk, use, role }), 'foreign-agency');
        }
        await refused(
          operator.registerKey(OVERSIGHT, { jwk, use: 'authentication', role: 'oversight' }),
          'foreign-agency',
        );
        const credentials = {
          url: broker.url,
          clientId: 'concordat.operator',
          key: broker.operator.privateKey,
        };
        for (const scope of ['events:publish', 'deliveries:receive', 'audit:read', 'agreements:write']) {
          await expect(accessToken(credentials, scope)).rejects.toThrow(/invalid_scope/u);
        }
        const token = await accessToken(credentials, 'agencies:write keys:write');
        for (const path of ['/v1/deliveries', '/v1/audit/entries']) {
          expect((await send(broker.url, { path, token })).status).toBe(403);
        }
      });
    });

    describe('the ledger', () => {
      it('shows an officer the entries of the own agency, and of all others the hash alone', async () => {
        const whole = await readEntries(overseer());
        for (const { id } of sampleAgencies) {
          const seen = await readLedger(offices.client(id, 'officer'));
          expect(seen).toHaveLength(whole.length);
          expect(seen.filter((one) => 'entry' in one).length).toBeGreaterThan(50);
          const wrong = seen.filter((one, at) => isAbout(whole[at]!, id) !== 'entry' in one);
          expect(wrong).toEqual([]);
          expect(
            seen.filter((one) => !('entry' in one) && Object.keys(one).join() !== 'index,leafHash'),
          ).toEqual([]);
        }
      });

      it('is verified by each role', async () => {
        const verifierKey = await overseer().auditKey();
        const checkpoint = await overseer().auditCheckpoint();
        for (const client of [...sampleAgencies.map(({ id }) => offices.client(id, 'officer')), overseer()]) {
          const verdict = await verifyLedger(client, { verifierKey, earlier: checkpoint });
          expect(verdict).toMatchObject({ verified: true });
          expect(verdict.size).toBe(verdict.read + verdict.hashOnly);
        }
      });

      it('is not verified when whoever holds the database has changed an entry', async () => {
        const verifierKey = await overseer().auditKey();
        const changed = (from: string, to: string) =>
          withDatabase(broker.databaseUrl(), (client) =>
            client.query(
              `update ledger.entry set content = replace(content, $1, $2) where index =
                 (select min(index) from ledger.entry where content like '%"type":"disclosure.%' or content like '%disclosure.removed%')`,
              [from, to],
            ),
          );
        await changed('rows-not-met', 'after-term');
        await changed('disclosure.released', 'disclosure.removed');
        const verdict = await verifyLedger(overseer(), { verifierKey });
        await changed('after-term', 'rows-not-met');
        await changed('disclosure.removed', 'disclosure.released');
        expect(verdict.verified).toBe(false);
        expect(await verifyLedger(overseer(), { verifierKey })).toMatchObject({ verified: true });
      });
    });
  });
}

/** Whether an entry names an agency as one that takes part in what it tells. */
const isAbout = (entry: Entry, agency: string): boolean =>
  ['provider', 'recipient', 'agency', 'by', 'party'].some((name) => entry[name] === agency) ||
  (Array.isArray(entry['parties']) && entry['parties'].includes(agency));

/** Texts that the broker made for a recipient: ids and pseudonyms. */
function opaqueTexts(value: unknown): string[] {
  if (typeof value === 'string') return /^[A-Za-z0-9_-]{43}$/u.test(value) ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(opaqueTexts);
}

/** An event with a text of its own in each field that takes one, so that each can be looked for. */
function canaryEvent(): CloudEvent {
  const [event] = deathRegistrations({ seed: 31_337, count: 1 });
  const registration = event!.data['registration'] as JsonObject;
  const address = (name: string, postcode: string): JsonObject => ({
    lines: [`CANARY-${name}LineOne`, `CANARY-${name}LineTwo`],
    postcode,
  });
  return {
    ...event!,
    id: 'CANARY-id',
    subject: 'CANARY-subject',
    dataschema: 'CANARY-dataschema',
    extra: 'CANARY-extension',
    data: {
      registration: {
        ...registration,
        district: 'CANARY-district',
        subDistrict: 'CANARY-subDistrict',
        registrar: { name: 'CANARY-registrar', designation: 'CANARY-designation' },
      },
      deceased: {
        names: [
          { given: ['CANARY-given'], family: 'CANARY-family', kind: 'registered' },
          { given: ['CANARY-formerGiven'], family: 'CANARY-formerFamily', kind: 'former' },
        ],
        sex: 'female',
        dateOfBirth: { value: '1950-03-04', qualifier: 'CANARY-bornQualifier' },
        dateOfDeath: { value: '2026-03-30', qualifier: 'CANARY-diedQualifier' },
        ageAtDeath: 76,
        placeOfBirth: 'CANARY-placeOfBirth',
        placeOfDeath: 'CANARY-placeOfDeath',
        address: address('home', 'NS3 9ZZ'),
        occupation: 'CANARY-occupation',
        retired: true,
        nationalInsuranceNumber: 'QQ987654C',
        nhsNumber: '9990000018',
      },
      causeOfDeath: 'CANARY-cause',
      certifiedBy: 'CANARY-certifiedBy',
      informant: {
        name: 'CANARY-informantName',
        qualification: 'CANARY-qualification',
        address: address('informant', 'NS3 8ZZ'),
        phone: 'CANARY-phone',
        email: 'CANARY-email@mail.example',
      },
      partner: { name: 'CANARY-partner', occupation: 'CANARY-partnerOccupation' },
    },
  };
}

const ENTITLED_CANARIES: Record<Recipient, readonly string[]> = {
  pensions: [
    'CANARY-given',
    'CANARY-family',
    'CANARY-formerGiven',
    'CANARY-formerFamily',
    'CANARY-bornQualifier',
    'CANARY-diedQualifier',
    'CANARY-homeLineOne',
    'CANARY-homeLineTwo',
  ],
  'driver-licensing': [
    'CANARY-given',
    'CANARY-family',
    'CANARY-formerGiven',
    'CANARY-formerFamily',
    'CANARY-bornQualifier',
    'CANARY-diedQualifier',
  ],
  'northshire-council': [
    'CANARY-given',
    'CANARY-family',
    'CANARY-diedQualifier',
    'CANARY-homeLineOne',
    'CANARY-homeLineTwo',
    'CANARY-informantName',
    'CANARY-phone',
  ],
  'health-statistics': ['CANARY-cause'],
};

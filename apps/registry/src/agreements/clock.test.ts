import { generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  endorseKey,
  freezeAgreement,
  requiredSignatories,
  signAgreement,
  thumbprint,
  toPublicJwk,
} from '@concordat/agreement';
import { createPostgresEventLog, type EventLog, type Relay } from '@concordat/event-log';
import { decodeBlock, topics, topicSpecs, type AuditItem } from '@concordat/exchange';
import { openDataSource, startEmbeddedPostgres, type EmbeddedPostgres } from '@concordat/persistence';
import type { JsonObject } from '@concordat/record';
import { AgencyEntity } from '../agencies/agency.entity.js';
import { AgencyKeyEntity } from '../keys/agency-key.entity.js';
import { KeyRevocationEntity } from '../keys/key-revocation.entity.js';
import { Register1764000000001 } from '../migrations.js';
import { Publisher } from '../publication/publish.js';
import { EventSchemaEntity } from '../schemas/event-schema.entity.js';
import { Schemas } from '../schemas/schemas.js';
import { AgreementNoticeEntity } from './agreement-notice.entity.js';
import { AgreementSignatureEntity } from './agreement-signature.entity.js';
import { AgreementTransitionEntity } from './agreement-transition.entity.js';
import { AgreementEntity } from './agreement.entity.js';
import { AgreementClock } from './clock.js';
import { Standings } from './standings.js';

const SIGNED = '2026-04-01T09:00:00Z';
const TERM = { from: '2026-04-01', reviewBy: '2027-04-01', until: '2028-03-31' };

let folder: string;
let postgres: EmbeddedPostgres;
let log: EventLog;
let database: DataSource;
let relay: Relay;
/** What has come to the ledger's topic, in order. */
const heard: AuditItem['entry'][] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'concordat-clock-'));
  postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  log = await createPostgresEventLog({ connectionString: postgres.url });
  await log.ensureTopics(topicSpecs(1));
  database = await openDataSource({
    url: postgres.url,
    schema: 'registry',
    entities: [
      AgencyEntity,
      AgencyKeyEntity,
      KeyRevocationEntity,
      EventSchemaEntity,
      AgreementEntity,
      AgreementSignatureEntity,
      AgreementNoticeEntity,
      AgreementTransitionEntity,
    ],
    migrations: [Register1764000000001],
  });
  relay = await log.relay({ name: 'registry', database });
  await log.tail({
    topic: topics.audit,
    handler: ({ value }) => {
      if (value !== null) heard.push(...decodeBlock<AuditItem>(value).map(({ entry }) => entry));
    },
  });
  await keepSignedAgreement();
});
afterAll(async () => {
  await relay?.stop();
  await database?.destroy();
  await log?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A sample agreement, signed by everyone, as the registry keeps it. */
async function keepSignedAgreement(): Promise<void> {
  const file = new URL('../../../../agreements/sample/death-notification-pensions.json', import.meta.url);
  const sample = JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
  const frozen = freezeAgreement({ ...sample, term: TERM });
  const { id, version, parties } = frozen.agreement;
  const agencies = parties.map(({ agency }) => agency);
  for (const agency of agencies) {
    await database.manager.insert(AgencyEntity, { id: agency, name: agency, sources: [], oversight: false });
  }
  await database.manager.insert(AgreementEntity, {
    id,
    version,
    digest: frozen.digest,
    content: frozen.text,
    parties: agencies,
    proposedBy: agencies[0]!,
    proposed: new Date(SIGNED),
  });
  const firsts = new Map<string, { readonly role: string; readonly kid: string; readonly jwk: JWK }>();
  for (const name of requiredSignatories(frozen.agreement)) {
    const [party = '', role = ''] = name.split('/');
    const pair = generateKeyPairSync('ed25519');
    const jwk = toPublicJwk(pair.publicKey.export({ format: 'jwk' }));
    const kid = await thumbprint(jwk);
    const validFrom = new Date('2026-01-01T00:00:00Z');
    const key = { kid, agency: party, use: 'signing', role, jwk } as const;
    const by = firsts.get(party);
    const endorsement =
      by === undefined
        ? null
        : await endorseKey({ ...key, validFrom: validFrom.toISOString() }, { ...by, time: SIGNED }, by.jwk);
    if (by === undefined) firsts.set(party, { role, kid, jwk: pair.privateKey.export({ format: 'jwk' }) });
    await database.manager.insert(AgencyKeyEntity, { ...key, validFrom, endorsement });
    const { protected: header, signature } = await signAgreement(
      frozen,
      { party, role, kid, time: SIGNED },
      pair.privateKey.export({ format: 'jwk' }),
    );
    const row = { id, version, party, role, kid, header, signature, received: new Date(SIGNED) };
    await database.manager.insert(AgreementSignatureEntity, row);
  }
}

/** Several registries that look at their clocks at one moment, each after a restart. */
async function lookAt(now: string, registries = 3): Promise<void> {
  const publisher = new Publisher(relay);
  const clocks = Array.from(
    { length: registries },
    () =>
      new AgreementClock(
        database,
        publisher,
        new Standings(new Schemas(database, publisher)),
        () => new Date(now),
      ),
  );
  await Promise.all(clocks.map((clock) => clock.tick()));
}

const shortly = (entry: AuditItem['entry']): string =>
  entry.type === 'agreement.review-due' ? `review-due ${entry.days}` : entry.type.replace('agreement.', '');

it('tells each thing that the clock brings about once, whoever looks and however often', async () => {
  const life: [string, string[]][] = [
    ['2026-04-01T10:00:00Z', ['activated']],
    ['2026-12-31T23:59:59Z', []],
    ['2027-01-01T00:00:00Z', ['review-due 90']],
    ['2027-03-02T00:00:00Z', ['review-due 30']],
    ['2027-03-25T00:00:00Z', ['review-due 7']],
    ['2027-04-01T23:59:59Z', []],
    ['2027-04-02T00:00:00Z', ['suspended']],
    ['2028-03-31T23:59:59Z', []],
    ['2028-04-01T00:00:00Z', ['expired']],
    ['2030-01-01T00:00:00Z', []],
  ];
  const expected: string[] = [];
  for (const [now, news] of life) {
    await lookAt(now);
    await lookAt(now, 1);
    expected.push(...news);
    await expect.poll(() => heard.length, { timeout: 15_000 }).toBe(expected.length);
    expect(heard.map(shortly)).toEqual(expected);
  }
  expect(new Set(heard.map(({ id }) => id)).size).toBe(heard.length);
});

it('says it at the right time without looking at every agreement each time', async () => {
  const publisher = new Publisher(relay);
  let now = new Date('2026-04-01T10:00:00Z');
  const clock = new AgreementClock(
    database,
    publisher,
    new Standings(new Schemas(database, publisher)),
    () => now,
  );
  const looked: string[] = [];
  const look = clock.look.bind(clock);
  clock.look = async (id) => {
    looked.push(now.toISOString());
    await look(id);
  };
  await clock.tick();
  now = new Date('2026-04-01T10:30:00Z');
  await clock.tick();
  expect(looked).toEqual(['2026-04-01T10:00:00.000Z']);
  // Once an hour everything is looked at, in case that another registry has changed it.
  now = new Date('2026-04-01T11:00:00Z');
  await clock.tick();
  expect(looked).toHaveLength(2);
});

import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { freezeAgreement, type Standing } from '@concordat/agreement';
import type { IncomingRecord, RoutedRecord } from '@concordat/event-log';
import {
  decodeBlock,
  encodeEvents,
  topics,
  type AcceptedEvent,
  type AuditItem,
  type Disclosure,
} from '@concordat/exchange';
import { compile, decide, type Program } from '@concordat/policy';
import { canonicalise, type CloudEvent } from '@concordat/record';
import { deathRegistrations, loadSampleAgreements, loadSampleSchemas } from '@concordat/sample';
import type { GrantInForce } from './agreements/agreements-in-force.js';
import { enforce } from './enforce.js';
import { Engines } from './engines.js';

const NOW = '2026-11-23T12:00:00.000Z';
const SECRET = Buffer.alloc(32, 7);
const PROVIDER = 'register-office';
const schemas = loadSampleSchemas();

const standingOf = (id: string, agencies: readonly string[]): Standing => ({
  id,
  state: 'active',
  scheduled: false,
  versions: [],
  parties: agencies.map((agency) => ({ agency, state: 'taking-part', mayJoinLater: false }) as never),
  causes: [],
  warnings: [],
  withoutEffect: [],
});

const grants: readonly GrantInForce[] = loadSampleAgreements().flatMap((document) => {
  const frozen = freezeAgreement(document);
  const { programs, findings } = compile(
    frozen,
    (digest, type) => schemas.find((one) => one.digest === digest && one.type === type)?.schema,
  );
  if (programs === undefined) throw new Error(JSON.stringify(findings));
  const standing = standingOf(
    frozen.agreement.id,
    frozen.agreement.parties.map(({ agency }) => agency),
  );
  return programs.map((program) => ({ program, standing }));
});
const grantsFor = (provider: string, type: string): readonly GrantInForce[] =>
  grants.filter(({ program }) => program.provider === provider && program.eventType === type);

interface Given {
  readonly item: AcceptedEvent;
  readonly event: CloudEvent;
}

const given = (seed: number, count: number): Given[] =>
  deathRegistrations({ seed, count }).map((event) => ({
    event,
    item: {
      receipt: randomUUID(),
      accepted: '2026-11-23T11:59:59.123Z',
      context: { provider: PROVIDER, type: event.type, schema: schemas[0]!.digest },
      event: canonicalise(event),
    },
  }));

const toRecord = (value: Buffer, index: number): IncomingRecord => ({
  topic: topics.events,
  partition: 0,
  offset: BigInt(index),
  key: '0',
  value,
  headers: {},
  timestamp: 0,
});

const context = () => ({ grantsFor, engines: new Engines(SECRET), now: NOW });

async function run(sizes: readonly number[], all: readonly Given[]): Promise<RoutedRecord[]> {
  const blocks: Buffer[] = [];
  let from = 0;
  for (const size of sizes) {
    blocks.push(...(await encodeEvents(all.slice(from, from + size).map(({ item }) => item))));
    from += size;
  }
  return enforce(blocks.map(toRecord), context());
}

const itemsOf = <Item>(records: readonly RoutedRecord[], topic: string): Item[] =>
  records.filter((record) => record.topic === topic).flatMap(({ value }) => decodeBlock<Item>(value!));

const decisionOf = (program: Program, standing: Standing, event: CloudEvent) =>
  decide(program, event, { provider: PROVIDER, now: NOW, secret: SECRET, standing });

describe('a batch of blocks', () => {
  // Events of two types, in several blocks, and more than are decided in one go.
  const all = given(11, 2_600);
  const written = run([1, 999, 600, 1_000], all);

  it('gives each recipient what the interpreter would, in the order of the events', async () => {
    const disclosures = itemsOf<Disclosure>(await written, topics.disclosures);
    const byRecipient = Map.groupBy(disclosures, ({ recipient }) => recipient);
    expect(new Set(all.map(({ event }) => event.type)).size).toBe(2);
    for (const recipient of new Set(grants.map(({ program }) => program.recipient))) {
      const expected = all.flatMap(({ event }) =>
        grantsFor(PROVIDER, event.type)
          .filter(({ program }) => program.recipient === recipient)
          .flatMap(({ program, standing }) => {
            const decision = decisionOf(program, standing, event);
            return decision.outcome === 'released' ? [{ id: decision.id, data: decision.data }] : [];
          }),
      );
      const got = (byRecipient.get(recipient) ?? []).map(({ event: { id, data } }) => ({ id, data }));
      expect(got).toEqual(expected);
      expect(got.length).toBeGreaterThan(100);
    }
  });

  it('tells the ledger of each event and of each decision, once', async () => {
    const entries = itemsOf<AuditItem>(await written, topics.audit).map(({ entry }) => entry);
    const expected = all.flatMap(({ item, event }) => [
      ['event.accepted', item.receipt, ''],
      ...grantsFor(PROVIDER, event.type).map(({ program, standing }) => [
        `disclosure.${decisionOf(program, standing, event).outcome}`,
        item.receipt,
        program.recipient,
      ]),
    ]);
    const told = entries.map((entry) => {
      const { type, receipt, recipient } = { recipient: '', receipt: '', ...entry };
      return [type, receipt, recipient];
    });
    expect(told).toEqual(expected);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  });

  it('puts the disclosures of one recipient under one key, and each block holds one recipient’s', async () => {
    for (const { topic, key, value } of await written) {
      if (topic !== topics.disclosures) continue;
      expect(new Set(decodeBlock<Disclosure>(value!).map(({ recipient }) => recipient))).toEqual(
        new Set([key]),
      );
    }
  });

  it('gives nothing at all when one record cannot be read', async () => {
    const blocks = await encodeEvents(all.slice(0, 3).map(({ item }) => item));
    const records = [...blocks, Buffer.from('not a block, but a name: Zzyzx')].map(toRecord);
    const error = await enforce(records, context()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain('Zzyzx');
  });
});

it('events of which no grant is are told to the ledger, and nobody else', async () => {
  const [one] = given(3, 1);
  const item = { ...one!.item, context: { ...one!.item.context, provider: 'someone-else' } };
  const records = await enforce((await encodeEvents([item])).map(toRecord), context());
  expect(records.map(({ topic }) => topic)).toEqual([topics.audit]);
});

import { randomBytes } from 'node:crypto';
import { enforce, Engines, type AgreementsInForce } from '@concordat/enforcer';
import type { IncomingRecord, RoutedRecord } from '@concordat/event-log';
import { decodeBlock, encodeEvents, topics, type AcceptedEvent } from '@concordat/exchange';
import { digestOf, type CloudEvent, type JsonObject } from '@concordat/record';
import { PROVIDER } from '../../test/support/agencies.js';
import { AgreedRegister, NOW } from '../support/agreed-register.js';
import { figure } from '../support/chart.js';
import type { PICKS } from '../support/domain.js';
import { agreementAbout, moved, movedSchema, RECEIVERS } from '../support/domain.js';
import { median } from '../support/statistics.js';
import type { Bench, Measured, Suite } from '../support/suite.js';

const TYPE = 'uk.register-office.moved.measured';
const COUNTS = [1, 10, 100, 1_000] as const;
const FIELDS = [20, 200, 2_000] as const;
/** Fields that a recipient gets of an event, however many it has. */
const GRANTED = 10;
/** Events in a block, as when they are published in batches of 1,000 to six partitions. */
const BLOCK = 167;
const ROUNDS = 5;

/** What makes an event dearer, and what does not. */
export const scaling: Suite = {
  name: 'scaling',
  about:
    'How the time for an event changes with the number of agreements about other events, with the number of agreements about this event, and with the number of its fields.',
  run: async (bench) => {
    const others = await measureAll(bench, COUNTS, prepareOthers);
    const own = await measureAll(bench, COUNTS, prepareOwn);
    const fields = await measureAll(bench, FIELDS, prepareFields);
    return report(others, own, fields);
  },
};

/** Something to be measured. */
interface Prepared extends Omit<Row, 'time'> {
  readonly what: string;
  /** Decides a block. */
  readonly work: () => Promise<unknown>;
}

/** In turns, so that what else the machine does meets all of them. */
async function measureAll(
  { say, quick }: Bench,
  counts: readonly number[],
  prepare: (count: number) => Promise<Prepared>,
): Promise<Row[]> {
  const all: (Prepared & { readonly rounds: number[] })[] = [];
  for (const count of counts) all.push({ ...(await prepare(count)), rounds: [] });
  const seconds = quick ? 0.3 : 2;
  for (const { work } of all) await timeFor(work, seconds);
  for (let round = 0; round < (quick ? 1 : ROUNDS); round += 1) {
    for (const { work, rounds } of all) rounds.push((await timeFor(work, seconds)) / BLOCK);
  }
  return all.map(({ what, rounds, count, decisions, bytes, loading }) => {
    const time = median(rounds) * 1000;
    say(`${what}: ${figure(time)} µs for an event`);
    return { count, decisions, time, bytes, loading };
  });
}

interface Row {
  readonly count: number;
  /** Recipients' decisions for each event. */
  readonly decisions: number;
  /** µs for an event. */
  readonly time: number;
  /** Bytes of an event. */
  readonly bytes: number;
  /** ms to verify and compile all agreements. */
  readonly loading: number;
}

/** One agreement about this event; the others are about events of their own. */
async function prepareOthers(count: number): Promise<Prepared> {
  const register = new AgreedRegister();
  register.addSchema(TYPE, movedSchema(TYPE));
  await register.agree(agreementAbout({ id: 'measured', recipient: 'pensions', types: [TYPE] }));
  for (let other = 1; other < count; other += 1) {
    const type = `uk.register-office.moved.other-${other}`;
    register.addSchema(type, movedSchema(type));
    await register.agree(
      agreementAbout({ id: `other-${other}`, recipient: recipientOf(other), types: [type] }),
    );
  }
  return prepare(`${count} agreements, one about this event`, count, 1, register, movedEvents());
}

/** All agreements are about this event. */
async function prepareOwn(count: number): Promise<Prepared> {
  const register = new AgreedRegister();
  register.addSchema(TYPE, movedSchema(TYPE));
  for (let one = 0; one < count; one += 1) {
    await register.agree(agreementAbout({ id: `own-${one}`, recipient: recipientOf(one), types: [TYPE] }));
  }
  return prepare(`${count} agreements, all about this event`, count, count, register, movedEvents());
}

/** One agreement, which gives ten of the event's fields. */
async function prepareFields(count: number): Promise<Prepared> {
  const register = new AgreedRegister();
  const schema = wideSchema(count);
  register.addSchema(TYPE, schema);
  const fields = Array.from(
    { length: GRANTED },
    (_, at) => `/${fieldName(Math.floor((at * count) / GRANTED))}`,
  );
  await register.agree(
    agreementAbout({ id: 'wide', recipient: 'pensions', types: [TYPE], schemaOf: () => schema, fields }),
  );
  const events = eventsOf((at) => ({ ...moved(TYPE, at), data: wideData(count, at) }), schema);
  return prepare(`${count} fields`, count, 1, register, events);
}

const recipientOf = (at: number): keyof typeof PICKS => RECEIVERS[at % RECEIVERS.length] ?? 'pensions';

const fieldName = (at: number): string => `field${String(at).padStart(4, '0')}`;

const wideSchema = (count: number): JsonObject => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'An event of many fields',
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    Array.from({ length: count }, (_, at) => [fieldName(at), { type: 'string', maxLength: 200 }]),
  ),
});

const wideData = (count: number, seed: number): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [fieldName(at), `value ${seed} of ${at}`]));

interface Events {
  readonly records: readonly IncomingRecord[];
  readonly bytes: number;
}

const movedEvents = (): Promise<Events> => eventsOf((at) => moved(TYPE, at), movedSchema(TYPE));

/** Events in blocks, as the enforcer reads them. */
async function eventsOf(make: (at: number) => CloudEvent, schema: JsonObject): Promise<Events> {
  const context = { provider: PROVIDER, type: TYPE, schema: digestOf(schema) };
  const items = Array.from({ length: BLOCK }, (_, at): AcceptedEvent => {
    const receipt = `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
    return { receipt, accepted: NOW, context, event: JSON.stringify(make(at)) };
  });
  const blocks = await encodeEvents(items);
  const records = blocks.map((value, at): IncomingRecord => ({
    topic: topics.events,
    partition: 0,
    offset: BigInt(at),
    key: '0',
    value,
    headers: {},
    timestamp: 0,
  }));
  const bytes = items.reduce((sum, { event }) => sum + Buffer.byteLength(event), 0) / BLOCK;
  return { records, bytes };
}

async function prepare(
  what: string,
  count: number,
  decisions: number,
  register: AgreedRegister,
  making: Promise<Events>,
): Promise<Prepared> {
  const { records, bytes } = await making;
  const began = performance.now();
  const inForce = await register.inForce();
  const loading = performance.now() - began;
  const work = workOf(inForce, records);
  expectReleased(await work(), BLOCK * decisions);
  return { what, count, decisions, bytes, loading, work };
}

/** The enforcer's own way from a batch that it has read to what it writes, but for reading and writing. */
function workOf(
  inForce: AgreementsInForce,
  records: readonly IncomingRecord[],
): () => Promise<RoutedRecord[]> {
  const engines = new Engines(randomBytes(32));
  return () =>
    enforce(records, {
      grantsFor: (provider, type, now) => inForce.grantsFor(provider, type, now),
      engines,
      now: NOW,
    });
}

/** @returns ms of one call, the mean over so many seconds */
async function timeFor(work: () => Promise<unknown>, seconds: number): Promise<number> {
  const began = performance.now();
  let calls = 0;
  do {
    await work();
    calls += 1;
  } while (performance.now() - began < seconds * 1000);
  return (performance.now() - began) / calls;
}

function expectReleased(records: readonly RoutedRecord[], expected: number): void {
  const released = records
    .filter(({ topic }) => topic === topics.disclosures)
    .reduce((sum, { value }) => sum + (value === null ? 0 : decodeBlock(value).length), 0);
  if (released !== expected) throw new Error(`${released} disclosures, not ${expected}`);
}

function report(others: readonly Row[], own: readonly Row[], fields: readonly Row[]): Measured {
  const timeOf = (rows: readonly Row[], count: number): number =>
    rows.find((row) => row.count === count)?.time ?? NaN;
  const growth = timeOf(others, 1_000) / timeOf(others, 1);
  const each = (row: Row): number => row.time / row.decisions;
  const dearest = Math.max(...own.map(each)) / each(own[0] ?? NONE);
  const perByte = (row: Row): number => (row.time / row.bytes) * 1000;
  const perByteGrowth = perByte(fields.at(-1) ?? NONE) / perByte(fields[0] ?? NONE);
  const rate = (row: Row): string => figure(1e6 / row.time);
  return {
    tables: [
      {
        title: 'Agreements, of which one is about this event',
        columns: ['agreements', 'µs for an event', 'events/s', 'ms to verify and compile them all'],
        rows: others.map((row) => [figure(row.count), figure(row.time), rate(row), figure(row.loading)]),
      },
      {
        title: 'Agreements that are all about this event',
        columns: ['agreements', 'µs for an event', 'µs for a disclosure', 'events/s', 'disclosures/s'],
        rows: own.map((row) => [
          figure(row.count),
          figure(row.time),
          figure(each(row)),
          rate(row),
          figure((1e6 / row.time) * row.decisions),
        ]),
      },
      {
        title: `Fields of an event, of which ${GRANTED} are given`,
        columns: ['fields', 'bytes', 'µs for an event', 'ns for a byte', 'events/s'],
        rows: fields.map((row) => [
          figure(row.count),
          figure(row.bytes),
          figure(row.time),
          figure(perByte(row)),
          rate(row),
        ]),
      },
    ],
    expectations: [
      {
        what: '1,000 agreements about other events',
        expected: 'cost an event nothing: at most 1.1 times the time with one',
        measured: `${growth.toFixed(2)} times`,
        met: growth <= 1.1,
      },
      {
        what: '1 to 1,000 agreements about the event',
        expected: 'a disclosure costs at most 1.2 times what it costs with one recipient',
        measured: `${dearest.toFixed(2)} times at most`,
        met: dearest <= 1.2,
      },
      {
        what: '20 to 2,000 fields',
        expected: 'the time grows no faster than the bytes',
        measured: `${perByteGrowth.toFixed(2)} times the time for a byte`,
        met: perByteGrowth <= 1,
      },
    ],
    notes: [
      `In one process, without a log: the enforcer's own \`enforce\`, from blocks of ${BLOCK} events to blocks of disclosures and of audit entries, with compression, which goes on in other threads. Agreements are signed, verified and compiled by the enforcer's own code. Medians of ${ROUNDS} times two seconds, after two seconds to warm up.`,
      'Agreements about this event are between the same four agencies; each is decided by itself and has disclosures and audit entries of its own.',
    ],
    charts: [
      {
        name: 'time',
        title: 'Time for an event',
        unit: 'µs',
        groups: [
          { title: 'Agreements, one of them about this event', bars: others.map(barOf) },
          { title: `Fields, ${GRANTED} of them given`, bars: fields.map(barOf) },
        ],
      },
    ],
  };
}

const NONE: Row = { count: NaN, decisions: NaN, time: NaN, bytes: NaN, loading: NaN };

const barOf = ({ count, time }: Row) => ({ label: figure(count), value: time, ours: true });

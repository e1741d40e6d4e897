import { setTimeout as pause } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { createKafkaEventLog, type EventLog } from '@concordat/event-log';
import { decodeBlock, topics, type Disclosure } from '@concordat/exchange';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { startKafka, whyNoKafka } from '../../test/kafka/broker.mjs';
import { startSeparately, type SeparateApps } from '../../test/support/separate.js';
import { figure } from '../support/chart.js';
import {
  startEnforcers,
  startKafkajs,
  startStreams,
  STREAMS_DEFAULT,
  STREAMS_TUNED,
  STREAMS_TUNED_LZ4,
  type Running,
  type Start,
  type Way,
} from '../support/contenders.js';
import { MOVED, moved, pick, RECEIVERS } from '../support/domain.js';
import { layDown, layDownPlain, PARTITIONS } from '../support/input.js';
import { CORES, machineSeconds, processesWith, processorSeconds } from '../support/processor-time.js';
import { agreeAboutMoves } from '../support/setting.js';
import { median } from '../support/statistics.js';
import { buildStreamsApp } from '../support/streams-app.js';
import type { Bench, Expectation, Measured, Suite } from '../support/suite.js';
import { cut, endsOf, makeTopics, readAll, watchGroup, type Offsets, type Sample } from '../support/topic.js';

/** BENCH_EVENTS and BENCH_ROUNDS: for those who have less time, or more. The results say what it was. */
const EVENTS = { full: Number(process.env['BENCH_EVENTS'] ?? 1_000_000), quick: 60_000 };
const ROUNDS = { full: Number(process.env['BENCH_ROUNDS'] ?? 3), quick: 1 };
/** Of the input, after which a program counts as warm. */
const WARM = 0.25;
const GROUP = 'enforcer';
const PEERS_INPUT = 'bench-events';
const FAN_OUTS = [1, 3] as const;
type FanOut = (typeof FAN_OUTS)[number];

/** Throughput of the enforcer on Kafka, beside programs of the same projection. */
export const enforcer: Suite = {
  name: 'enforcer',
  about:
    'How many events a second the enforcer decides and writes on Kafka, exactly once and with audit entries, beside programs without agreements that pick the same fields: Kafka Streams, and a bare loop over kafkajs.',
  run: async (bench) => {
    const why = await whyNoKafka();
    if (why !== undefined) throw new Error(`The suite needs Kafka: ${why}`);
    const stage = await setUp(bench);
    const runs: Run[] = [];
    const rounds = bench.quick ? ROUNDS.quick : ROUNDS.full;
    // Kafka compiles itself as it runs: the first program would find it slow.
    bench.say('a run that does not count, to warm Kafka');
    await measure(stage, { ...streamsAlone(stage), unread: true }, 3, 0);
    for (let round = 1; round <= rounds; round += 1) {
      for (const fanOut of FAN_OUTS) {
        for (const contender of contendersOf(stage).filter(isWanted)) {
          const run = await measure(stage, contender, fanOut, round);
          runs.push(run);
          bench.say(`round ${round} of ${rounds}, to ${fanOut}: ${contender.name}: ${inWords(run)}`);
        }
      }
    }
    return report(runs, stage.count, rounds);
  },
};

/** What all that is compared runs on. */
interface Stage {
  readonly bench: Bench;
  readonly count: number;
  readonly brokers: string;
  readonly broker: readonly number[];
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly log: EventLog;
  readonly apps: SeparateApps;
  readonly classPath: string;
}

interface Contender {
  readonly name: string;
  readonly start: Start;
  /** Ours: events that were published together. Peers read records of one event. */
  readonly published?: number;
  /** Of the input; fewer where it would take long. */
  readonly count: number;
  /** What it writes is not read back: our client has no lz4. */
  readonly unread?: boolean;
}

const NAMES = {
  batches: 'Concordat, published in batches of 1,000',
  two: 'Concordat, the same, two processes',
  single: 'Concordat, published one by one',
  streams: 'Kafka Streams, default settings',
  tuned: 'Kafka Streams, tuned',
  lz4: 'Kafka Streams, tuned, lz4',
  records: 'kafkajs by hand, one record for each',
  blocks: 'kafkajs by hand, blocks',
} as const;

function contendersOf({ apps, admin, classPath, count }: Stage): Contender[] {
  const peer = (name: string, start: Start): Contender => ({ name, start, count });
  return [
    { name: NAMES.batches, start: startEnforcers(apps, admin, 1), published: 1_000, count },
    { name: NAMES.two, start: startEnforcers(apps, admin, 2), published: 1_000, count },
    { name: NAMES.single, start: startEnforcers(apps, admin, 1), published: 1, count: count / 4 },
    peer(NAMES.streams, startStreams(classPath, STREAMS_DEFAULT)),
    peer(NAMES.tuned, startStreams(classPath, STREAMS_TUNED)),
    { ...peer(NAMES.lz4, startStreams(classPath, STREAMS_TUNED_LZ4)), unread: true },
    peer(NAMES.records, startKafkajs('records')),
    peer(NAMES.blocks, startKafkajs('blocks')),
  ];
}

const streamsAlone = ({ classPath, count }: Stage): Contender => ({
  name: NAMES.streams,
  start: startStreams(classPath, STREAMS_DEFAULT),
  count,
});

async function setUp(bench: Bench): Promise<Stage> {
  const { say, holding, quick } = bench;
  const count = quick ? EVENTS.quick : EVENTS.full;
  say('building the Kafka Streams app');
  const classPath = await buildStreamsApp();
  say('starting Kafka, and the broker, each app a process');
  const kafkaBroker = await holding(startKafka(), (started) => started.stop());
  const { brokers } = kafkaBroker;
  const env = profiling();
  const apps = await holding(startSeparately({ kafkaBrokers: brokers, env }), (started) => started.stop());
  await agreeAboutMoves(apps);
  // What comes after the enforcer would take processor time from all that is measured. The registry stays: it
  // is what the enforcer must hear.
  for (const app of ['intake', 'delivery', 'ledger', 'identity', 'enforcer'] as const) {
    await apps.process(app).end('SIGTERM');
  }
  const log = createKafkaEventLog({ brokers: [brokers], clientId: 'bench' });
  await holding(Promise.resolve(log), () => log.close());
  const kafka = new kafkajs.Kafka({ brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await holding(admin.connect(), () => admin.disconnect());
  say(`laying down ${figure(count)} events for the peers`);
  await makeTopics(admin, [PEERS_INPUT], PARTITIONS);
  await layDownPlain(kafka, PEERS_INPUT, MOVED.toThree, count);
  const broker = processesWith(`-Dconcordat.log=${kafkaBroker.log}`).filter(
    (pid) => !processesWith('watchdog.mjs').includes(pid),
  );
  return { bench, count, brokers, broker, kafka, admin, log, apps, classPath };
}

/** BENCH_NODE_OPTIONS goes to the apps: `--cpu-prof --cpu-prof-dir=…` shows where their time goes. */
function profiling(): Record<string, string> {
  const options = process.env['BENCH_NODE_OPTIONS'];
  return options === undefined ? {} : { NODE_OPTIONS: options };
}

/** BENCH_ONLY: programs whose name contains it, for those who work on one of them. */
const isWanted = ({ name }: Contender): boolean => name.includes(process.env['BENCH_ONLY'] ?? '');

/** One program's way through the input. */
interface Run {
  readonly name: string;
  readonly fanOut: FanOut;
  /** Events a second, from its first input to its last commit. */
  readonly rate: number;
  /** The same, without the first part of the input. */
  readonly warmRate: number;
  /** Seconds of processor time for a million events: the program, the broker. */
  readonly cpu: number;
  readonly brokerCpu: number;
  /** The share of the machine that went to others. */
  readonly others: number;
}

async function measure(stage: Stage, contender: Contender, fanOut: FanOut, round: number): Promise<Run> {
  const { admin, kafka } = stage;
  const ours = contender.published !== undefined;
  const outputs = ours
    ? [topics.disclosures]
    : RECEIVERS.slice(0, fanOut).map((recipient) => `bench-${recipient}-${Date.now()}`);
  const way: Way = ours
    ? { brokers: stage.brokers, group: GROUP, input: topics.events, outputs }
    : { brokers: stage.brokers, group: `bench-${Date.now()}`, input: PEERS_INPUT, outputs };
  const begins = ours ? await endsOf(admin, way.input) : new Map<number, bigint>();
  const before = new Map<string, Offsets>();
  if (ours) {
    for (const topic of [topics.disclosures, topics.audit]) before.set(topic, await endsOf(admin, topic));
    const type = fanOut === 1 ? MOVED.toOne : MOVED.toThree;
    await layDown(stage.log, type, contender.count, contender.published ?? 1);
  } else {
    await makeTopics(admin, outputs, PARTITIONS);
  }
  const ends = await endsOf(admin, way.input);
  // Whoever wrote last has something to write to the disk.
  await pause(stage.bench.quick ? 500 : 1_000);
  const timed = await time(stage, contender, way, begins, ends);
  if (ours) await expectOurs(kafka, before, contender.count, fanOut, round === 1);
  else if (round === 1 && contender.unread !== true) await expectTheirs(kafka, outputs, contender.count);
  if (ours) {
    await cut(admin, topics.events, ends);
    for (const topic of before.keys()) await cut(admin, topic, await endsOf(admin, topic));
  } else {
    await admin.deleteTopics({ topics: outputs });
  }
  return { name: contender.name, fanOut, ...timed };
}

async function time(
  { admin, broker, bench: { holding } }: Stage,
  contender: Contender,
  way: Way,
  begins: Offsets,
  ends: Offsets,
): Promise<Omit<Run, 'name' | 'fanOut'>> {
  const starting = Promise.resolve(contender.start(way));
  const running: Running = await holding(starting, (started) => started.stop());
  try {
    const used = (): number[] => [
      processorSeconds(running.pids),
      processorSeconds(broker),
      processorSeconds([process.pid]),
      machineSeconds(),
    ];
    const watching = watchGroup(admin, way.group, way.input, begins, ends);
    watching.catch(() => undefined);
    const from = await running.firstInput;
    const usedBefore = used();
    const samples = await watching;
    const [own = NaN, brokers = NaN, bench = NaN, machine = NaN] = used().map(
      (seconds, at) => seconds - (usedBefore[at] ?? NaN),
    );
    const to = samples.at(-1)?.at ?? NaN;
    const seconds = (to - from) / 1000;
    return {
      rate: contender.count / seconds,
      warmRate: warmRate(samples, contender.count),
      cpu: (own / contender.count) * 1e6,
      brokerCpu: (brokers / contender.count) * 1e6,
      others: (machine - own - brokers - bench) / (seconds * CORES),
    };
  } finally {
    await running.stop();
  }
}

function warmRate(samples: readonly Sample[], count: number): number {
  const warm = samples.find(({ share }) => share >= WARM);
  const last = samples.at(-1);
  if (warm === undefined || last === undefined || warm === last) return NaN;
  return (count * (last.share - warm.share)) / ((last.at - warm.at) / 1000);
}

/** Every event is decided and told of, once, and what is disclosed is what was agreed. */
async function expectOurs(
  kafka: Kafka,
  before: ReadonlyMap<string, Offsets>,
  count: number,
  fanOut: number,
  everything: boolean,
): Promise<void> {
  let disclosed = 0;
  let looked = 0;
  await readAll(kafka, topics.disclosures, before.get(topics.disclosures) ?? new Map(), ({ value }) => {
    if (value === null) return;
    disclosed += linesOf(value);
    if ((looked += 1) % 50 !== 1) return;
    for (const { recipient, event } of decodeBlock<Disclosure>(value)) expectPick(recipient, event.data);
  });
  expectCount('disclosures', disclosed, count * fanOut);
  if (!everything) return;
  let told = 0;
  await readAll(kafka, topics.audit, before.get(topics.audit) ?? new Map(), ({ value }) => {
    if (value !== null) told += linesOf(value);
  });
  expectCount('audit entries', told, count * (1 + fanOut));
}

async function expectTheirs(kafka: Kafka, outputs: readonly string[], count: number): Promise<void> {
  for (const [at, topic] of outputs.entries()) {
    let disclosed = 0;
    await readAll(kafka, topic, new Map(), ({ value }) => {
      if (value === null) return;
      const isRecord = value.indexOf('{') === 0;
      disclosed += isRecord ? 1 : linesOf(value);
      if (isRecord && disclosed % 1_000 === 1) expectPick(RECEIVERS[at] ?? '', dataOf(value));
    });
    expectCount(`disclosures in ${topic}`, disclosed, count);
  }
}

const dataOf = (event: Buffer): unknown => (JSON.parse(event.toString()) as { data: unknown }).data;

/** What a zstd frame begins with (RFC 8878 §3.1.1); small blocks are plain text. */
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

function linesOf(block: Buffer): number {
  const text = block.subarray(0, 4).equals(ZSTD) ? zstdDecompressSync(block) : block;
  let lines = 1;
  for (let at = text.indexOf(10); at !== -1; at = text.indexOf(10, at + 1)) lines += 1;
  return lines;
}

function expectCount(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${found} ${what}, not ${expected}`);
}

/** Members in whatever order. */
function expectPick(recipient: string, data: unknown): void {
  const { reference } = data as { reference?: string };
  // Health Statistics never learns the reference.
  if (reference === undefined) {
    if (recipient !== 'health-statistics') throw new Error(`${recipient} got no reference`);
    return;
  }
  const at = Number(reference.slice(reference.lastIndexOf('-') + 1));
  const due = pick(moved(MOVED.toThree, at), recipient as (typeof RECEIVERS)[number]);
  if (sorted(data) !== sorted(due)) throw new Error(`${recipient} got other fields than agreed`);
}

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

const inWords = ({ rate, warmRate: warm, cpu, brokerCpu }: Run): string =>
  `${figure(rate)} events/s (${figure(warm)} when warm), ${figure(cpu)} s of processor time for a million, the broker ${figure(brokerCpu)} s`;

/** The medians of a program's runs. */
function summaryOf(runs: readonly Run[], name: string, fanOut: FanOut): Run {
  const mine = runs.filter((run) => run.name === name && run.fanOut === fanOut);
  const of = (read: (run: Run) => number): number => median(mine.map(read));
  return {
    name,
    fanOut,
    rate: of(({ rate }) => rate),
    warmRate: of(({ warmRate: warm }) => warm),
    cpu: of(({ cpu }) => cpu),
    brokerCpu: of(({ brokerCpu }) => brokerCpu),
    others: Math.max(...mine.map(({ others }) => others)),
  };
}

function report(runs: readonly Run[], count: number, rounds: number): Measured {
  const names = Object.values(NAMES).filter((name) => runs.some((run) => run.name === name));
  const all = FAN_OUTS.map((fanOut) => ({
    fanOut,
    title: fanOut === 1 ? 'One recipient' : 'Three recipients',
    summaries: names.map((name) => summaryOf(runs, name, fanOut)),
  }));
  return {
    tables: all.map(({ fanOut, title, summaries }) => ({
      title,
      columns: [
        'program',
        'events/s',
        'lowest–highest',
        'events/s when warm',
        '÷ Streams default',
        '÷ Streams tuned',
        '÷ Streams tuned, lz4',
        'CPU s, 1M events',
        'broker’s CPU s',
      ],
      rows: summaries.map((one) => {
        const ratio = (name: string): string => {
          const other = summaries.find((summary) => summary.name === name);
          return (one.rate / (other?.rate ?? NaN)).toFixed(2);
        };
        const rates = runs
          .filter((run) => run.name === one.name && run.fanOut === fanOut)
          .map((run) => run.rate);
        return [
          one.name,
          figure(one.rate),
          `${figure(Math.min(...rates))}–${figure(Math.max(...rates))}`,
          figure(one.warmRate),
          ratio(NAMES.streams),
          ratio(NAMES.tuned),
          ratio(NAMES.lz4),
          one.cpu.toFixed(1),
          one.brokerCpu.toFixed(1),
        ];
      }),
    })),
    expectations: all.flatMap(({ fanOut, summaries }) => expectationsOf(fanOut, summaries)),
    notes: notesOf(runs, count, rounds),
    charts: [
      {
        name: 'throughput',
        title: 'From Kafka to Kafka, exactly once',
        unit: 'events a second',
        groups: all.map(({ title, summaries }) => ({
          title,
          bars: summaries.map(({ name, rate }) => ({
            label: name,
            value: rate,
            ours: name.startsWith('Concordat'),
          })),
        })),
      },
    ],
  };
}

function expectationsOf(fanOut: FanOut, summaries: readonly Run[]): Expectation[] {
  const of = (name: string): Run | undefined => summaries.find((summary) => summary.name === name);
  const compare = (ours: string, theirs: string): Expectation => {
    const ratio = (of(ours)?.rate ?? NaN) / (of(theirs)?.rate ?? NaN);
    const warm = (of(ours)?.warmRate ?? NaN) / (of(theirs)?.warmRate ?? NaN);
    return {
      what: `${ours}, ${fanOut === 1 ? 'one recipient' : 'three recipients'}`,
      expected: `at least ${theirs}`,
      measured: `${ratio.toFixed(2)} of it (${warm.toFixed(2)} when both are warm)`,
      met: ratio >= 1,
    };
  };
  return [compare(NAMES.batches, NAMES.streams), compare(NAMES.single, NAMES.streams)];
}

function notesOf(runs: readonly Run[], count: number, rounds: number): string[] {
  const others = Math.max(...runs.map((run) => run.others));
  return [
    `${figure(count)} events of some 725 bytes (a quarter of them where they were published one by one), laid down before each run; Kafka 4.2.2 with one broker on the same machine, six partitions, everything exactly once. ${rounds === 1 ? 'One run of each program' : `Medians of ${rounds} runs of each program`}, which is started anew for it, one at a time.`,
    'Ours: the built enforcer as a process, agreements signed and verified, an audit entry for each event and for each decision; from when its group has its partitions to the last committed position. What intake writes for an event holds more than the event (receipt, time, provider, schema). Published in batches of 1,000, the events of one batch and one partition come to some 167 in a block.',
    'The others pick the same fields by hand, know no agreements and write no audit entries; they read records of one event that are not compressed, from the first that reaches them. Kafka Streams: `exactly_once_v2`, two threads, Jackson; tuned: batches of 128 KB, fetches of 4 MB, polls and buffers of 5,000 records. kafkajs: transactions of up to 1,000 events.',
    `“When warm” leaves out the first quarter of the input, in which runtimes compile. What was read back: the number of disclosures and entries, and samples of their content. Other processes took at most ${(others * 100).toFixed(0)} % of the machine in any run${others > 0.05 ? ': **it was not quiet**' : ''}.`,
  ];
}

import { cpus } from 'node:os';
import { whyNoKafka } from '../../test/kafka/broker.mjs';
import { PROVIDER } from '../../test/support/agencies.js';
import { onKafka, onPostgres, type Kind } from '../../test/support/deployments.js';
import { MOVED } from '../support/domain.js';
import { machineSeconds, CORES } from '../support/processor-time.js';
import { agreeAboutMoves } from '../support/setting.js';
import { ms, percentile } from '../support/statistics.js';
import { publishAndPull, type Latencies } from '../support/steady-load.js';
import type { Bench, Measured, Suite } from '../support/suite.js';

const RECIPIENT = 'pensions';
/** At 1,000 a second in batches: one by one, the two cores do not take so many requests. */
const PACES = [
  { rate: 100, batch: 1 },
  { rate: 1_000, batch: 10 },
] as const;
const SECONDS = { full: { warmUp: 15, seconds: 30 }, quick: { warmUp: 2, seconds: 4 } } as const;
const P99_LIMIT = 100;
const P99_AIM = 38;

/** How long an event takes from its publisher to its recipient, over HTTP, through the whole broker. */
export const latency: Suite = {
  name: 'latency',
  about:
    'How long an event takes from its publisher’s request to the program of a recipient that waits for it, through the whole broker, at a steady pace.',
  run: async (bench) => {
    const why = await whyNoKafka();
    if (why !== undefined) throw new Error(`The suite needs Kafka: ${why}`);
    const rows: Row[] = [];
    const only = process.env['BENCH_ONLY'] ?? '';
    const kinds = [...onPostgres, ...onKafka].filter(({ name }) => name.includes(only));
    for (const kind of kinds) rows.push(...(await measure(bench, kind)));
    return report(rows, bench.quick);
  },
};

interface Row extends Latencies {
  readonly deployment: string;
  readonly rate: number;
  readonly batch: number;
  /** Of the machine's time, that was used. */
  readonly busy: number;
}

async function measure({ say, holding, quick }: Bench, kind: Kind): Promise<Row[]> {
  say(`starting ${kind.name}`);
  const stopping: { now?: Promise<void> } = {};
  const deployment = await holding(kind.start({}), (started) => (stopping.now ??= started.stop()));
  const offices = await agreeAboutMoves(deployment);
  const { warmUp, seconds } = quick ? SECONDS.quick : SECONDS.full;
  const rows: Row[] = [];
  let first = 1;
  let after = '0';
  for (const { rate, batch } of PACES) {
    const before = { machine: machineSeconds(), at: performance.now() };
    const latencies = await publishAndPull({
      url: deployment.url,
      publisher: offices.credentials(PROVIDER, 'system'),
      recipient: offices.credentials(RECIPIENT, 'system'),
      type: MOVED.toOne,
      rate,
      batch,
      warmUp,
      seconds,
      first,
      after,
    });
    after = latencies.after;
    first += rate * (warmUp + seconds);
    const elapsed = (performance.now() - before.at) / 1000;
    const busy = (machineSeconds() - before.machine) / elapsed / CORES;
    const row = { deployment: kind.name, rate, batch, busy, ...latencies };
    rows.push(row);
    say(`${nameOf(row)}: p50 ${at(row, 0.5)}, p99 ${at(row, 0.99)}, ${(busy * 100).toFixed(0)} % busy`);
  }
  await (stopping.now ??= deployment.stop());
  return rows;
}

const at = ({ received }: Row, share: number): string => ms(percentile(received, share));

const paceOf = ({ rate, batch }: Row): string =>
  `${rate.toLocaleString('en-GB')} events/s, ${batch === 1 ? 'one by one' : `in batches of ${batch}`}`;

const nameOf = (row: Row): string => `${row.deployment}, ${paceOf(row)}`;

function report(rows: readonly Row[], quick: boolean): Measured {
  const { warmUp, seconds } = quick ? SECONDS.quick : SECONDS.full;
  const fast = rows.filter(({ rate }) => rate === 1_000);
  const paces = [...new Set(rows.map(paceOf))];
  return {
    tables: [
      {
        title: 'From when an event is due to when its recipient has it',
        columns: ['broker', 'pace', 'p50', 'p95', 'p99', 'max', '202: p50', '202: p99', 'machine busy'],
        rows: rows.map((row) => [
          row.deployment,
          paceOf(row),
          at(row, 0.5),
          at(row, 0.95),
          at(row, 0.99),
          at(row, 1),
          ms(percentile(row.accepted, 0.5)),
          ms(percentile(row.accepted, 0.99)),
          `${(row.busy * 100).toFixed(0)} %`,
        ]),
      },
    ],
    expectations: fast.flatMap((row) => {
      const p99 = percentile(row.received, 0.99);
      const measured = `p99 ${ms(p99)}`;
      return [
        { what: nameOf(row), expected: `p99 under ${P99_LIMIT} ms`, measured, met: p99 < P99_LIMIT },
        { what: nameOf(row), expected: `aim: p99 of ${P99_AIM} ms`, measured, met: p99 <= P99_AIM },
      ];
    }),
    notes: [
      `${seconds} s at each pace, after ${warmUp} s that do not count. The publisher keeps its pace whatever happens, and an event counts from when it was due, not from when it was sent: those of one batch are due together. One recipient, which pulls by long polls and reads each page as JSON.`,
      `Publisher, recipient, all of the broker, Postgres and Kafka share ${cpus().length} cores. “Separate processes” are six, behind a small proxy that opens a connection for each request.`,
      '“202” is how long the publisher waits for its receipt, which it gets when the event is durable.',
    ],
    charts: [
      {
        name: 'p99',
        title: 'From publisher to recipient, p99',
        unit: 'ms',
        groups: paces.map((pace) => ({
          title: pace,
          bars: rows
            .filter((row) => paceOf(row) === pace)
            .map((row) => ({ label: row.deployment, value: percentile(row.received, 0.99), ours: true })),
        })),
      },
    ],
  };
}

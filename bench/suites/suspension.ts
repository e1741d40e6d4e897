import { setTimeout as pause } from 'node:timers/promises';
import {
  allSignatories,
  freezeAgreement,
  freezeNotice,
  signNotice,
  type FrozenAgreement,
} from '@concordat/agreement';
import type { JsonObject } from '@concordat/record';
import { deathRegistrations, loadSampleAgreements } from '@concordat/sample';
import {
  agreeToEverything,
  OVERSIGHT,
  PROVIDER,
  setUpOffices,
  type Offices,
} from '../../test/support/agencies.js';
import { readEntries, type Entry } from '../../test/support/ledger.js';
import { agreementOf } from '../../test/support/oracle.js';
import type { NodeProcess } from '../../test/support/node-process.js';
import { startSeparately, type SeparateApps } from '../../test/support/separate.js';
import { until } from '../../test/support/wait.js';
import { ms, percentile } from '../support/statistics.js';
import type { Measured, Suite } from '../support/suite.js';

const ROUNDS = 200;
const EVENTS_EACH_SECOND = 100;
const REACH_LIMIT = 2_000;
const FRESHNESS_LIMIT = 30_000;
const RECIPIENT = 'pensions';

/** How fast a suspension takes effect, and what a silent registry does. */
export const suspension: Suite = {
  name: 'suspension',
  about:
    'How long after a party sends its notice every enforcer has stopped, and how long after the registry has died nothing is released any more.',
  run: async ({ say, quick, holding }) => {
    say('starting the broker, each app a process, and a second enforcer');
    const apps = await holding(startSeparately(), (started) => started.stop());
    try {
      const second = await apps.startAnother('enforcer');
      const offices = await setUpOffices(apps.url, apps.operator);
      await agreeToEverything(offices);
      return await measure(apps, second, offices, quick ? 5 : ROUNDS, say);
    } catch (error) {
      say(`the broker's last words:\n${apps.output().slice(-4_000)}`);
      throw error;
    }
  },
};

async function measure(
  apps: SeparateApps,
  second: NodeProcess,
  offices: Offices,
  count: number,
  say: (line: string) => void,
): Promise<Measured> {
  const agreement = freezeAgreement(found(loadSampleAgreements()));
  const reports = followReports([apps.process('enforcer'), second], agreement.agreement.id);
  const publisher = startPublishing(offices);
  const rounds: Round[] = [];
  for (let round = 1; round <= count; round += 1) {
    rounds.push(await suspendAndResume(round, agreement, offices, reports));
    if (round % 20 === 0) say(`${round} of ${count} suspensions`);
  }
  say('killing the registry');
  const silence = await silenceTheRegistry(apps, say);
  const published = await publisher.stop();
  say('reading the ledger');
  const entries = await untilAllDecided(offices, published);
  return report(rounds, silence, entries, published);
}

/** Times of one suspension, in ms since 1970. */
interface Round {
  readonly sent: number;
  readonly answered: number;
  /** When the last of the enforcers had it. */
  readonly applied: number;
  /** When the first consent to go on was sent. */
  readonly resuming: number;
}

async function suspendAndResume(
  round: number,
  agreement: FrozenAgreement,
  offices: Offices,
  reports: Reports,
): Promise<Round> {
  const sent = Date.now();
  const digest = await give(agreement, offices, `${RECIPIENT}/legal`, { kind: 'suspend' });
  const answered = Date.now();
  const applied = await reports.everyEnforcer('suspended', round);
  await pause(50);
  const resuming = Date.now();
  for (const signatory of allSignatories(agreement.agreement)) {
    await give(agreement, offices, signatory, { kind: 'resume', lifts: [digest] });
  }
  // It was active once before the first suspension.
  await reports.everyEnforcer('active', round + 1);
  await pause(50);
  return { sent, answered, applied, resuming };
}

/** Signs and sends a notice. @returns its digest */
async function give(
  { agreement, digest }: FrozenAgreement,
  offices: Offices,
  signatory: string,
  what: JsonObject,
): Promise<string> {
  const [party = '', role = ''] = signatory.split('/');
  const notice = freezeNotice({
    notice: '1.0',
    ...what,
    agreement: { id: agreement.id, version: agreement.version, digest },
    party,
    role,
    time: new Date().toISOString(),
    because: 'A benchmark',
  });
  const { privateKey } = offices.signingKey(party, role);
  const signature = await signNotice(notice, privateKey.kid, privateKey);
  await offices.client(party, 'legal').sendNotice(notice.notice, signature);
  return notice.digest;
}

interface Reports {
  /** When the last of the enforcers said, for the nth time, that an agreement is in a state; ms since 1970. */
  everyEnforcer(state: string, nth: number): Promise<number>;
}

/** Reads what the enforcers say of an agreement's standing, in their logs. */
function followReports(enforcers: readonly NodeProcess[], agreement: string): Reports {
  const logs = enforcers.map((enforcer) => ({ enforcer, read: 0, said: [] as Said[] }));
  const readOn = (): void => {
    for (const log of logs) {
      const output = log.enforcer.output();
      const end = output.lastIndexOf('\n') + 1;
      for (const line of output.slice(log.read, end).split('\n')) {
        if (line.includes(`"agreement":"${agreement}"`)) log.said.push(JSON.parse(line) as Said);
      }
      log.read = Math.max(log.read, end);
    }
  };
  return {
    everyEnforcer: (state, nth) =>
      until(`both enforcers: ${state}`, () => {
        readOn();
        const all = logs.map(({ said }) => said.filter((one) => one.state === state)[nth - 1]?.time);
        const times = all.flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
        return Promise.resolve(times.length === logs.length && Math.max(...times));
      }),
  };
}

interface Said {
  readonly time: string;
  readonly state?: string;
}

/** Publishes deaths at a steady pace until it is stopped. */
function startPublishing(offices: Offices): { stop(): Promise<number> } {
  const client = offices.client(PROVIDER, 'system');
  const [story] = deathRegistrations({ seed: 1, count: 50 }).filter(
    ({ type, data }) =>
      type.endsWith('registered') && Number((data['deceased'] as JsonObject)['ageAtDeath']) >= 16,
  );
  let publishing = true;
  let published = 0;
  const work = (async () => {
    const size = EVENTS_EACH_SECOND / 10;
    for (let next = Date.now(); publishing; next += 100) {
      const events = Array.from({ length: size }, (_, at) => ({
        ...story,
        id: `bench-${published + at}`,
        subject: `bench-${at}-${published % 16}`,
      }));
      await client.publishBatch(events);
      published += size;
      await pause(Math.max(0, next + 100 - Date.now()));
    }
  })();
  // Told when it is awaited.
  work.catch(() => undefined);
  return {
    stop: async () => {
      publishing = false;
      await work;
      return published;
    },
  };
}

interface Silence {
  readonly killed: number;
  readonly started: number;
  readonly alarmed: boolean;
}

async function silenceTheRegistry(apps: SeparateApps, say: (line: string) => void): Promise<Silence> {
  await apps.kill('registry');
  const killed = Date.now();
  await pause(FRESHNESS_LIMIT + 15_000);
  const alarmed = apps.process('enforcer').output().includes('the registry is silent');
  say('starting the registry again');
  const started = Date.now();
  await apps.start('registry');
  await pause(5_000);
  return { killed, started, alarmed };
}

async function untilAllDecided(offices: Offices, published: number): Promise<Entry[]> {
  const overseer = offices.client(OVERSIGHT, 'oversight');
  return until(
    'every event in the ledger',
    async () => {
      const entries = await readEntries(overseer);
      return entries.filter(({ type }) => type === 'event.accepted').length >= published && entries;
    },
    120_000,
  );
}

function report(
  rounds: readonly Round[],
  silence: Silence,
  entries: readonly Entry[],
  published: number,
): Measured {
  const released = entries
    .filter(({ type, agreement }) => {
      const { id } = (agreement ?? {}) as { id?: string };
      return type === 'disclosure.released' && id === agreementOf(RECIPIENT);
    })
    .map(({ occurred }) => Date.parse(String(occurred)))
    .sort((a, b) => a - b);
  const reach = rounds.map(({ sent, applied }) => applied - sent);
  const lastReleases = rounds.map(
    ({ sent, resuming }) => Math.max(sent, ...released.filter((at) => at > sent && at < resuming)) - sent,
  );
  const anyRelease = entries
    .filter(({ type }) => type === 'disclosure.released')
    .map(({ occurred }) => Date.parse(String(occurred)));
  const lastInSilence = Math.max(...anyRelease.filter((at) => at < silence.started && at > silence.killed));
  const firstAfter = Math.min(...anyRelease.filter((at) => at > silence.started));
  const p99 = percentile(reach, 0.99);
  const stopped = lastInSilence - silence.killed;
  return {
    tables: [
      {
        title: 'From sending the notice',
        columns: ['until', 'p50', 'p95', 'p99', 'max'],
        rows: [
          ['the registry has answered', ...spread(rounds.map(({ sent, answered }) => answered - sent))],
          ['both enforcers apply it', ...spread(reach)],
          ['the last disclosure that was still decided as released', ...spread(lastReleases)],
        ],
      },
      {
        title: 'When the registry is killed',
        columns: ['what', 'after'],
        rows: [
          ['the last disclosure', ms(stopped)],
          [
            'the first disclosure, counted from the start of the new registry',
            ms(firstAfter - silence.started),
          ],
        ],
      },
    ],
    expectations: [
      {
        what: 'a suspension reaches every enforcer',
        expected: `p99 under ${ms(REACH_LIMIT)}`,
        measured: ms(p99),
        met: p99 < REACH_LIMIT,
      },
      {
        what: 'a silent registry stops releases',
        expected: `within ${ms(FRESHNESS_LIMIT)}, with an alarm`,
        measured: `${ms(stopped)}, ${silence.alarmed ? 'with' : 'without'} an alarm`,
        met: stopped <= FRESHNESS_LIMIT + 1_000 && silence.alarmed,
      },
      {
        what: 'no event is lost by it',
        expected: `${published} decided`,
        measured: `${entries.filter(({ type }) => type === 'event.accepted').length} decided`,
        met: entries.filter(({ type }) => type === 'event.accepted').length === published,
      },
    ],
    notes: [
      `${rounds.length} suspensions by one party, each lifted by all three signatories, while ${EVENTS_EACH_SECOND} events a second are published. Six apps and a second enforcer, each a process, on Postgres alone.`,
      'Sending includes signing the notice, an access token where one is due, and the registry’s transaction.',
    ],
  };
}

const spread = (values: readonly number[]): string[] =>
  [0.5, 0.95, 0.99, 1].map((share) => ms(percentile(values, share)));

function found<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('the sample has no agreement');
  return first;
}

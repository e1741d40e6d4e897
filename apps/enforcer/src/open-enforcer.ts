import { readNamedRoots, type NamedRoots } from '@concordat/agreement';
import { topics } from '@concordat/exchange';
import type { Part } from '@concordat/http';
import { BrokerError } from '@concordat/problem';
import { followRegister } from '@concordat/register';
import { anyFailure, logLane, logRefused, type Surroundings } from '@concordat/service';
import { duration, gauge } from '@concordat/telemetry';
import { AgreementsInForce } from './agreements/agreements-in-force.js';
import { startClock } from './agreements/clock.js';
import { TrustedKeys } from './agreements/trusted-keys.js';
import { EnforcedReport } from './agreements/enforced-report.js';
import { enforce } from './enforce.js';
import { Engines } from './engines.js';
import { Freshness } from './freshness.js';

/** What the enforcer is told besides what every app is. */
export interface EnforcerSettings {
  /** 32 bytes or more, base64url: pseudonyms and disclosure ids are derived from it. */
  readonly ENFORCER_SECRET: string;
  /** Seconds of the registry's silence after which nothing is released. */
  readonly FRESHNESS_LIMIT: number;
  /** `agency:kid`, agencies' first signing keys as they told them: such an agency is believed by that one alone. */
  readonly ROOT_KEYS?: readonly string[];
}

/** Of the topic `events` in one transaction: blocks, and their compressed bytes; about 3,000 events. */
const MAX_RECORDS = 1000;
const MAX_BYTES = 512 * 1024;

const took = duration('concordat.enforcer.batch.duration', 'Time to decide a batch of events');

/** Opens the enforcer: its copy of the register, and the exactly-once way from events to disclosures. */
export async function openEnforcer({ log, logger }: Surroundings, settings: EnforcerSettings): Promise<Part> {
  const engines = new Engines(readSecret(settings.ENFORCER_SECRET));
  let ready = false;
  const followed = await followRegister(
    log,
    topics.agreements,
    async (record) => {
      if (!ready) return;
      await inForce.take(record, now());
      void report.send();
    },
    logRefused(logger),
  );
  const keys = new TrustedKeys(followed.register, readRoots(settings.ROOT_KEYS), logger);
  const inForce = new AgreementsInForce(followed.register, keys, logger);
  const report = new EnforcedReport(log, inForce, followed.register, logger);
  await followed.caughtUp;
  ready = true;
  await inForce.refresh(now());
  await report.send();
  const clock = startClock(inForce, report);
  const freshness = new Freshness(followed.silence, settings.FRESHNESS_LIMIT * 1000, logger);
  const endWatch = freshness.watch();
  const endGauge = gauge(
    'concordat.enforcer.registry.silence',
    'Time since the registry was last heard',
    's',
    () => followed.silence() / 1000,
  );
  const worker = await log.transform({
    group: 'enforcer',
    topics: [topics.events],
    maxBatch: MAX_RECORDS,
    maxBatchBytes: MAX_BYTES,
    handler: async ({ records }, signal) => {
      await freshness.wait(signal);
      const started = performance.now();
      const written = await enforce(records, {
        grantsFor: (provider, eventType, at) => inForce.grantsFor(provider, eventType, at),
        now: now(),
        engines,
      });
      took(performance.now() - started);
      return written;
    },
    onLane: logLane(logger),
  });
  return {
    name: 'enforcer',
    checks: {
      log: () => log.ping(),
      register: () =>
        freshness.isFresh()
          ? Promise.resolve()
          : Promise.reject(new BrokerError('unavailable', 'The registry is silent')),
    },
    lanes: () => worker.lanes(),
    failed: anyFailure([worker.failed, followed.failed]),
    stop: async () => {
      clock.stop();
      endWatch();
      endGauge();
      await worker.stop();
      await followed.stop();
      await report.send();
    },
  };
}

const now = (): string => new Date().toISOString();

function readRoots(texts: readonly string[] = []): NamedRoots {
  const roots = readNamedRoots(texts);
  if (roots === undefined) throw new Error('ROOT_KEYS must be agency:kid, with commas between');
  return roots;
}

function readSecret(encoded: string): Uint8Array {
  const secret = Buffer.from(encoded, 'base64url');
  if (secret.length < 32) throw new Error('ENFORCER_SECRET must be at least 32 bytes in base64url');
  return secret;
}

import type { EventLog } from '@concordat/event-log';
import { topics } from '@concordat/exchange';
import type { Part } from '@concordat/http';
import { BrokerError } from '@concordat/problem';
import {
  encodeRegisterRecord,
  followRegister,
  type Register,
  type RegisterRecord,
} from '@concordat/register';
import { anyFailure, logLane, type Surroundings } from '@concordat/service';
import { duration } from '@concordat/telemetry';
import { AgreementsInForce } from './agreements-in-force.js';
import { enforce } from './enforce.js';
import { Freshness } from './freshness.js';

/** What the enforcer is told besides what every app is. */
export interface EnforcerSettings {
  /** 32 bytes or more, base64url: pseudonyms and disclosure ids are derived from it. */
  readonly ENFORCER_SECRET: string;
  /** Seconds of the registry's silence after which nothing is released. */
  readonly FRESHNESS_LIMIT: number;
}

const took = duration('concordat.enforcer.batch.duration', 'Time to decide a batch of events');

/** Opens the enforcer: its copy of the register, and the exactly-once way from events to disclosures. */
export async function openEnforcer({ log, logger }: Surroundings, settings: EnforcerSettings): Promise<Part> {
  const secret = readSecret(settings.ENFORCER_SECRET);
  let ready = false;
  const followed = await followRegister(log, topics.agreements, async (record) => {
    if (ready && mayChangeWhatIsInForce(record)) await refresh();
  });
  const inForce = new AgreementsInForce(followed.register, logger);
  const refresh = async (): Promise<void> => {
    await inForce.refresh(now());
    // Only news for people: enforcing must not stop because it could not be told.
    await reportEnforced(log, inForce.agreements, followed.register).catch((error: unknown) =>
      logger.error({ err: error }, 'the registry could not be told what is enforced'),
    );
  };
  await followed.caughtUp;
  ready = true;
  await refresh();
  const freshness = new Freshness(followed.silence, settings.FRESHNESS_LIMIT * 1000, logger);
  const worker = await log.transform({
    group: 'enforcer',
    topics: [topics.events],
    handler: async ({ partition, records }, signal) => {
      await freshness.wait(signal);
      const started = performance.now();
      const written = enforce(partition, records, {
        programsFor: (provider, eventType) => inForce.programsFor(provider, eventType),
        now: now(),
        secret,
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
      await worker.stop();
      await followed.stop();
    },
  };
}

/** Tells the registry, and so the parties, which agreements are applied from now on. */
async function reportEnforced(
  log: EventLog,
  agreements: AgreementsInForce['agreements'],
  register: Register,
): Promise<void> {
  const news = agreements.filter(({ id, digest }) => register.enforced(id)?.digest !== digest);
  if (news.length === 0) return;
  await log.append(
    topics.agreements,
    news.map((agreement) =>
      encodeRegisterRecord({
        kind: 'enforced',
        ...agreement,
        state: 'active',
        notices: [],
        at: now(),
        enforcer: 'enforcer',
      }),
    ),
  );
}

const now = (): string => new Date().toISOString();

const mayChangeWhatIsInForce = ({ kind }: RegisterRecord): boolean =>
  kind === 'agreement' || kind === 'key' || kind === 'schema';

function readSecret(encoded: string): Uint8Array {
  const secret = Buffer.from(encoded, 'base64url');
  if (secret.length < 32) throw new Error('ENFORCER_SECRET must be at least 32 bytes in base64url');
  return secret;
}

import { setTimeout as pause } from 'node:timers/promises';
import type { Credentials } from '@concordat/cli';
import type { CloudEvent, JsonObject } from '@concordat/record';
import { deathRegistrations } from '@concordat/sample';
import { PROVIDER, RECIPIENTS, type Offices, type Recipient } from './agencies.js';
import type { Chance } from './chance.js';
import type { Published, Received } from './compare.js';
import { batchPost, eventPost, send, type RawRequest } from './raw.js';
import { accessToken } from './tokens.js';

/** Agencies at work while the broker dies under them. */
export interface Workload {
  /** What got a `202`, those of one subject in the order in which they were sent. */
  readonly published: readonly Published[];
  /** What each recipient's system has pulled, by its cursor. */
  readonly pulled: ReadonlyMap<Recipient, ReadonlyMap<string, Received>>;
  /** Requests that failed and were made again. */
  readonly retries: () => number;
  /** Ends publishing: what has been begun is sent again until it gets its `202`. */
  finishPublishing(): Promise<void>;
  /** Ends pulling. */
  finish(): Promise<void>;
  /** Ends everything, finished or not. */
  abandon(): void;
  /** Rejects as soon as the broker answers what it never should. */
  readonly failed: Promise<never>;
}

const PUBLISHERS = 3;
const SUBJECTS_EACH = 12;
/** Between two requests of a publisher, ms: the suite is about deaths, not about load. */
const PACE = 100;
/** A request that a killed broker will never answer is given up after so long, ms. */
const PATIENCE = 10_000;

/** Starts publishers, each with subjects of its own, and a receiver for each recipient. */
export function startWorkload(url: string, offices: Offices, chance: Chance): Workload {
  const published: Published[] = [];
  const pulled = new Map(RECIPIENTS.map((recipient) => [recipient, new Map<string, Received>()]));
  let publishing = true;
  let receiving = true;
  let abandoned = false;
  let retries = 0;
  const again = async (): Promise<void> => {
    retries += 1;
    await pause(50);
  };

  const publishers = Array.from({ length: PUBLISHERS }, (_, number) =>
    publishAll(number, offices.credentials(PROVIDER, 'system')),
  );
  const receivers = RECIPIENTS.map((recipient) =>
    receive(recipient, offices.credentials(recipient, 'system')),
  );
  const failed = Promise.all([...publishers, ...receivers]).then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined);

  return {
    published,
    pulled,
    retries: () => retries,
    finishPublishing: async () => {
      publishing = false;
      await Promise.all(publishers);
    },
    finish: async () => {
      publishing = receiving = false;
      await Promise.all([...publishers, ...receivers]);
    },
    abandon: () => {
      publishing = receiving = false;
      abandoned = true;
    },
    failed,
  };

  async function publishAll(number: number, credentials: Credentials): Promise<void> {
    const token = tokens(credentials, 'events:publish');
    const stories = deathRegistrations({ seed: chance.seed + number, count: 200 })
      .filter(({ type }) => type.endsWith('registered'))
      .slice(0, SUBJECTS_EACH);
    const steps = stories.map(() => 0);
    const nextEvent = (): CloudEvent => {
      const at = chance.below(stories.length);
      return step(stories[at]!, `${number}-${at}`, (steps[at] = (steps[at] ?? 0) + 1));
    };
    while (publishing) {
      const alone = chance.below(3) > 0;
      const events = Array.from({ length: alone ? 1 : 1 + chance.below(10) }, nextEvent);
      const receipts = await untilAccepted(events, alone, token);
      for (const [at, event] of events.entries()) published.push({ receipt: receipts[at]!, event });
      await pause(PACE);
    }
  }

  /** Sends the same again until it is accepted: that is all that a publisher has to do. */
  async function untilAccepted(
    events: readonly CloudEvent[],
    alone: boolean,
    token: () => Promise<string>,
  ): Promise<string[]> {
    for (;;) {
      const response = await attempt(async () => {
        const body = JSON.stringify(alone ? events[0] : events);
        return (alone ? eventPost : batchPost)(await token(), body);
      });
      const text = await response?.text().catch(() => undefined);
      if (response?.status === 202 && text !== undefined) {
        const answer = JSON.parse(text) as { receipt: string; results?: { receipt: string }[] };
        return (answer.results ?? [answer]).map(({ receipt }) => receipt);
      }
      refuseNonsense(response, text);
      if (abandoned) throw new Error('the workload was abandoned');
      await again();
    }
  }

  async function receive(recipient: Recipient, credentials: Credentials): Promise<void> {
    const token = tokens(credentials, 'deliveries:receive');
    const mailbox = pulled.get(recipient)!;
    for (let after = '0'; receiving;) {
      const response = await attempt(async () => ({
        path: `/v1/deliveries?after=${after}&limit=100&wait=2`,
        token: await token(),
      }));
      const text = await response?.text().catch(() => undefined);
      if (response?.status !== 200 || text === undefined) {
        refuseNonsense(response, text);
        await again();
        continue;
      }
      const page = JSON.parse(text) as { deliveries: Received[]; next: string };
      for (const delivery of page.deliveries) mailbox.set(delivery.cursor, delivery);
      after = page.next;
    }
  }

  async function attempt(make: () => Promise<RawRequest>): Promise<Response | undefined> {
    try {
      return await Promise.race([
        make().then((request) => send(url, request)),
        pause(PATIENCE).then(() => undefined),
      ]);
    } catch {
      return undefined;
    }
  }
}

/** A dying broker may break off, or say that it cannot now; it must never say that a good request is bad. */
function refuseNonsense(response: Response | undefined, text: string | undefined): void {
  if (response === undefined || response.status === 502 || response.status === 503) return;
  if (text === undefined) return;
  throw new Error(`a good request was answered with ${response.status}: ${text}`);
}

/** Keeps an access token for a while. */
function tokens(credentials: Credentials, scope: string): () => Promise<string> {
  let known: { token: string; until: number } | undefined;
  return async () => {
    if (known === undefined || known.until < performance.now()) {
      known = { token: await accessToken(credentials, scope), until: performance.now() + 20_000 };
    }
    return known.token;
  };
}

/** One step of a subject's story: the same entry of the register, told again in other words. */
function step(story: CloudEvent, subject: string, number: number): CloudEvent {
  const deceased = story.data['deceased'] as JsonObject;
  return {
    ...story,
    id: `${story.id}-${subject}-${number}`,
    data: {
      ...story.data,
      deceased: { ...deceased, names: [{ given: [`Step ${number}`], family: subject, kind: 'registered' }] },
      causeOfDeath: `Step ${number} of ${subject}`,
    },
  };
}

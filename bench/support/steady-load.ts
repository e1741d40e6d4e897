import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { BrokerClient, type Credentials } from '@concordat/cli';
import { accessToken } from '../../test/support/tokens.js';
import { moved } from './domain.js';

export interface Load {
  readonly url: string;
  readonly publisher: Credentials;
  readonly recipient: Credentials;
  readonly type: string;
  /** Events a second. */
  readonly rate: number;
  /** Events in one request. */
  readonly batch: number;
  /** Seconds that are not measured, and then seconds that are. */
  readonly warmUp: number;
  readonly seconds: number;
  /** The number of the first event: none is published twice. */
  readonly first: number;
  /** The recipient's cursor. */
  readonly after: string;
}

/** How long each event took, ms, from when it was due. */
export interface Latencies {
  /** Until the publisher had its `202`. */
  readonly accepted: readonly number[];
  /** Until the recipient's program had it. */
  readonly received: readonly number[];
  /** The recipient's cursor, for the next load. */
  readonly after: string;
}

/** Requests that wait for their answers at the same time; more than that, and the broker is not keeping up. */
const MOST_UNDER_WAY = 256;
const ARRIVE_WITHIN = 60_000;
/** Long polls come back at once when there is something, ask for so many, and wait for so many seconds. */
const PAGE = 1_000;
const WAIT = 10;

/**
 * Publishes at a steady pace whatever the broker does, and receives by long polls. Each event counts from when it
 * was due, not from when it was sent: a broker that makes its publishers wait does not hide it.
 */
export async function publishAndPull(load: Load): Promise<Latencies> {
  const due: number[] = [];
  const received: number[] = [];
  const receiver = startReceiving(load, (at, arrived) => {
    const since = due[at - load.first];
    if (since !== undefined) received[at - load.first] = arrived - since;
  });
  const accepted: number[] = [];
  const total = load.rate * (load.warmUp + load.seconds);
  try {
    await Promise.race([publish(load, total, due, accepted), receiver.failed]);
    const deadline = performance.now() + ARRIVE_WITHIN;
    const missing = (): number => total - received.reduce((count) => count + 1, 0);
    while (missing() > 0) {
      if (performance.now() > deadline) throw new Error(`${missing()} of ${total} events did not arrive`);
      await Promise.race([pause(50), receiver.failed]);
    }
  } finally {
    receiver.stop();
  }
  const measured = load.rate * load.warmUp;
  return { accepted: accepted.slice(measured), received: received.slice(measured), after: receiver.after() };
}

async function publish(load: Load, total: number, due: number[], accepted: number[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_UNDER_WAY });
  const token = await accessToken(load.publisher, 'events:publish');
  const began = performance.now() + 50;
  const gap = (1000 * load.batch) / load.rate;
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  try {
    for (let from = 0; from < total; from += load.batch) {
      const at = began + (from / load.batch) * gap;
      const ahead = at - performance.now();
      if (ahead > 1) await pause(ahead);
      if (underWay.size >= MOST_UNDER_WAY) await Promise.race(underWay);
      if (failures.length > 0) throw failures[0];
      for (let one = from; one < from + load.batch; one += 1) due[one] = at;
      const sending = post(load, agent, token, from)
        .then(() => {
          const took = performance.now() - at;
          for (let one = from; one < from + load.batch; one += 1) accepted[one] = took;
        })
        .catch((error: unknown) => void failures.push(error))
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
    await Promise.all(underWay);
    if (failures.length > 0) throw failures[0];
  } finally {
    agent.destroy();
  }
}

function post({ url, type, batch, first }: Load, agent: Agent, token: string, from: number): Promise<void> {
  const events = Array.from({ length: batch }, (_, at) => moved(type, first + from + at));
  const body = JSON.stringify(batch === 1 ? events[0] : events);
  const media = batch === 1 ? 'application/cloudevents+json' : 'application/cloudevents-batch+json';
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': media,
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(`${url}/v1/events`, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.once('error', reject);
      answer.once('end', () => {
        if (answer.statusCode === 202) resolve();
        else reject(new Error(`an event was answered with ${String(answer.statusCode)}: ${text}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

interface Receiver {
  readonly failed: Promise<never>;
  after(): string;
  stop(): void;
}

function startReceiving(
  { recipient, after: start }: Load,
  take: (at: number, arrived: number) => void,
): Receiver {
  const client = new BrokerClient(recipient);
  let receiving = true;
  let after = start;
  const work = async (): Promise<void> => {
    while (receiving) {
      const { deliveries, next } = await client.pull(after, PAGE, WAIT);
      const arrived = performance.now();
      for (const { event } of deliveries) {
        const { reference } = event['data'] as { reference: string };
        take(Number(reference.slice(reference.lastIndexOf('-') + 1)), arrived);
      }
      after = next;
    }
  };
  const failed = work().then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined);
  return { failed, after: () => after, stop: () => void (receiving = false) };
}

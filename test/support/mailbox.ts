import type { Credentials } from '@concordat/cli';
import type { Received } from './compare.js';
import { send } from './raw.js';
import { accessToken } from './tokens.js';
import { until } from './wait.js';

/** A mailbox as its owner sees it, with every byte of the answers. */
export interface Mailbox {
  readonly received: readonly Received[];
  /** Headers and bodies of all answers. */
  readonly wire: string;
}

/**
 * Reads a mailbox from its beginning until it holds `count` disclosures, and then for a while longer, so that
 * one too many is seen as well.
 */
export async function readMailbox(credentials: Credentials, count: number, limit = 60_000): Promise<Mailbox> {
  const token = await accessToken(credentials, 'deliveries:receive');
  const received: Received[] = [];
  let after = '0';
  let wire = '';
  const pull = async (wait: number): Promise<number> => {
    const response = await send(credentials.url, {
      path: `/v1/deliveries?after=${after}&limit=250&wait=${wait}`,
      token,
    });
    const body = await response.text();
    wire += `${JSON.stringify([...response.headers])}\n${body}\n`;
    if (response.status !== 200) throw new Error(`a pull was answered with ${response.status}: ${body}`);
    const page = JSON.parse(body) as { deliveries: Received[]; next: string };
    received.push(...page.deliveries);
    after = page.next;
    return page.deliveries.length;
  };
  await until(
    `a mailbox of ${count} disclosures for ${credentials.clientId}`,
    async () => {
      await pull(1);
      return received.length >= count;
    },
    limit,
  );
  while ((await pull(1)) > 0);
  return { received, wire };
}

import type { AuditedEntry, BrokerClient } from '@concordat/cli';
import { until } from './wait.js';

/** An entry of the ledger, and where it stands. */
export type Entry = Readonly<Record<string, unknown>> & { readonly type: string };

/** The ledger as a client may see it, from its beginning. */
export async function readLedger(client: BrokerClient): Promise<AuditedEntry[]> {
  const all: AuditedEntry[] = [];
  for (;;) {
    const { entries } = await client.auditEntries(all.length, 1000);
    if (entries.length === 0) return all;
    all.push(...entries);
  }
}

/** What an overseer sees: every entry whole. */
export async function readEntries(overseer: BrokerClient): Promise<Entry[]> {
  return (await readLedger(overseer)).map((seen) => {
    if (!('entry' in seen)) throw new Error(`the overseer may not see entry ${seen.index}`);
    return seen.entry as Entry;
  });
}

/** Reads the ledger until each of these events is in it, and with it all of its decisions. */
export async function untilDecided(
  overseer: BrokerClient,
  receipts: readonly string[],
  limit = 60_000,
): Promise<Entry[]> {
  const undecided = new Set(receipts);
  const entries: Entry[] = [];
  return until(
    'the decision of every event',
    async () => {
      const page = (await overseer.auditEntries(entries.length, 1000)).entries;
      for (const seen of page) if ('entry' in seen) entries.push(seen.entry as Entry);
      for (const { type, receipt } of entries.slice(-page.length || Infinity)) {
        if (type === 'event.accepted') undecided.delete(String(receipt));
      }
      return page.length === 0 && undecided.size === 0 && entries;
    },
    limit,
  );
}

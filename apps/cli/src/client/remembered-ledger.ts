import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { readObject } from '../documents/read.js';
import { processTerminal } from '../terminal/terminal.js';
import type { BrokerClient } from './broker-client.js';
import { openWith, verifyLedger, type LedgerVerdict, type VerifyLedgerOptions } from './verify-ledger.js';

/** What is kept of a ledger from one verification to the next. */
interface KeptLedger {
  /** The ledger's public key: trusted on first use, and from then on it must stay the same. */
  readonly key: string;
  /** The last signed checkpoint that was verified. */
  readonly checkpoint: string;
  /** When it was kept, RFC 3339, by this machine's clock. */
  readonly kept: string;
}

export interface RememberOptions {
  /** Where the ledger is remembered; nothing is compared or kept without it. */
  readonly file?: string;
  /** The ledger's public key, as its operator published it; else the ledger is asked for it. */
  readonly key?: string;
  readonly onProgress?: VerifyLedgerOptions['onProgress'];
}

/** A verdict, and what the ledger was compared with. */
export interface RememberingVerdict extends LedgerVerdict {
  /** What the ledger was compared with, in one plain sentence. */
  readonly comparison: string;
  /** The key that the checkpoint was checked against. */
  readonly key: string;
  /** What was kept from earlier. */
  readonly comparedWith?: KeptLedger & { readonly size: number };
  /** The file that holds this checkpoint from now on. */
  readonly keptIn?: string;
}

/**
 * Verifies a ledger against what is remembered of it, and remembers it. One look can only show that a ledger
 * agrees with itself: that it has not been put back to an earlier state, only the memory of a reader can show.
 */
export async function verifyRemembering(
  client: BrokerClient,
  { file, key: given, onProgress }: RememberOptions,
): Promise<RememberingVerdict> {
  const before = file === undefined ? undefined : readKept(file);
  const key = given ?? (await client.auditKey());
  const verdict =
    before !== undefined && before.key !== key
      ? anotherKey
      : await verifyLedger(client, {
          verifierKey: key,
          ...(before === undefined ? {} : { earlier: before.checkpoint }),
          ...(onProgress === undefined ? {} : { onProgress }),
        });
  const { verified, checkpoint } = verdict;
  const keep = verified ? file : undefined;
  if (keep !== undefined && checkpoint !== undefined) {
    write(keep, { key, checkpoint, kept: new Date().toISOString() });
  }
  return {
    ...verdict,
    key,
    comparison: before === undefined ? comparedWithNothing(keep) : comparedWith(before),
    ...(before === undefined ? {} : { comparedWith: before }),
    ...(keep === undefined ? {} : { keptIn: keep }),
  };
}

/** Where a client remembers the ledger unless told otherwise: beside its credentials. */
export const memoryBeside = (credentialsFile: string): string =>
  `${credentialsFile.replace(/\.json$/u, '')}.ledger.json`;

const anotherKey: LedgerVerdict = {
  verified: false,
  sentence: 'The ledger’s key is another than the one that was kept.',
  read: 0,
  hashOnly: 0,
};

const comparedWith = ({ size, kept }: KeptLedger & { readonly size: number }): string =>
  `Compared with the checkpoint of ${size} ${size === 1 ? 'entry' : 'entries'} that was kept on ${kept}.`;

const comparedWithNothing = (keptIn: string | undefined): string =>
  'Nothing was kept from earlier, so an earlier state cannot be ruled out; ' +
  (keptIn === undefined
    ? 'this checkpoint is not kept either.'
    : `this checkpoint is kept now in ${keptIn}.`);

/** @throws Error when there is something that cannot be read: to go on as if there were nothing would hide a change */
function readKept(file: string): (KeptLedger & { readonly size: number }) | undefined {
  if (!existsSync(file)) return undefined;
  const { key, checkpoint, kept } = readObject(processTerminal(), file) as Partial<KeptLedger>;
  try {
    if (key === undefined || checkpoint === undefined || kept === undefined)
      throw new Error('a member is missing');
    return { key, checkpoint, kept, size: openWith(key, checkpoint).size };
  } catch (error) {
    throw new Error(`${file} does not hold what was kept of a ledger: ${(error as Error).message}`);
  }
}

function write(file: string, value: KeptLedger): void {
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new Error(
      `The ledger is verified, but its checkpoint cannot be kept: ${(error as Error).message}. Name another file with --remember, or none with --no-remember.`,
    );
  }
}

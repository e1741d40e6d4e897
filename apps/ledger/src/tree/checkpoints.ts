import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { formatCheckpoint, formatVerifierKey, rootOf, signNote } from '@concordat/transparency';
import { BrokerError } from '@concordat/problem';
import { storedNodes } from './stored-nodes.js';

/** How the ledger signs. */
export interface LedgerKey {
  /** Names the log, such as `concordat.example/ledger`. */
  readonly origin: string;
  /** Ed25519. */
  readonly privateKey: KeyObject;
}

/** @param encoded an Ed25519 private key, PKCS #8 DER, base64url */
export function readLedgerKey(origin: string, encoded: string): LedgerKey {
  const privateKey = createPrivateKey({
    key: Buffer.from(encoded, 'base64url'),
    format: 'der',
    type: 'pkcs8',
  });
  if (privateKey.asymmetricKeyType !== 'ed25519')
    throw new Error('LEDGER_SIGNING_KEY must be an Ed25519 key');
  return { origin, privateKey };
}

/** Signs what has been committed, and gives out what was signed. */
export class Checkpoints {
  readonly #database: DataSource;
  readonly #key: LedgerKey;
  #signing: Promise<void> | undefined;

  constructor(database: DataSource, key: LedgerKey) {
    this.#database = database;
    this.#key = key;
  }

  /** The public key, in the form that verifiers of signed notes read. */
  get verifierKey(): string {
    return formatVerifierKey(this.#key.origin, createPublicKey(this.#key.privateKey));
  }

  /** The newest signed checkpoint. */
  async newest(): Promise<string> {
    await this.signIfGrown();
    const rows = await this.#database.query<{ note: string }[]>(
      'select note from checkpoint order by size desc limit 1',
    );
    const note = rows[0]?.note;
    if (note === undefined) throw new BrokerError('unavailable', 'No checkpoint has been signed yet');
    return note;
  }

  /** Signs the tree as committed, unless that size is signed already. Concurrent calls share one signing. */
  signIfGrown(): Promise<void> {
    this.#signing ??= this.#sign().finally(() => (this.#signing = undefined));
    return this.#signing;
  }

  async #sign(): Promise<void> {
    const { origin, privateKey } = this.#key;
    const [tree] = await this.#database.query<{ size: string; root: Buffer; signed: boolean }[]>(
      'select size, root, exists (select 1 from checkpoint where size = tree.size) as signed from tree',
    );
    if (tree === undefined || tree.signed) return;
    const size = Number(tree.size);
    // The root is worked out again from the nodes: what the sequencer says of itself is not signed unseen.
    const root = await rootOf(size, storedNodes(this.#database));
    if (!tree.root.equals(root))
      throw new BrokerError('internal', 'The tree’s root is not that of its nodes');
    const note = await signNote(formatCheckpoint({ origin, size, root }), { name: origin, privateKey });
    await this.#database.query('insert into checkpoint (size, note) values ($1, $2) on conflict do nothing', [
      size,
      note,
    ]);
  }
}

import { canonicalise, type Json } from '@concordat/record';
import {
  appendLeaves,
  leafHash,
  openCheckpoint,
  parseVerifierKey,
  verifyConsistency,
  type Checkpoint,
  type NodeId,
  type ReadNodes,
} from '@concordat/transparency';
import type { AuditedEntry, BrokerClient } from './broker-client.js';

/** What came of verifying a ledger. */
export interface LedgerVerdict {
  readonly verified: boolean;
  /** What was found, in one plain sentence. */
  readonly sentence: string;
  readonly origin: string;
  readonly size: number;
  /** Base64, as in the checkpoint. */
  readonly root: string;
  /** Entries whose text was read and hashed here. */
  readonly read: number;
  /** Entries about other agencies, of which only the hash of the leaf was given. */
  readonly hashOnly: number;
  /** The signed checkpoint, to be remembered for the next time. */
  readonly checkpoint: string;
}

export interface VerifyLedgerOptions {
  /** The ledger's public key, from another source than the ledger itself if it is to prove anything. */
  readonly verifierKey: string;
  /** A checkpoint from before, to which this one must be a continuation. */
  readonly earlier?: string;
  readonly onProgress?: (done: number, total: number) => void;
}

const PAGE = 1000;

/**
 * Reads the whole ledger, builds its tree again from the entries, and compares the root with the signed
 * checkpoint.
 */
export async function verifyLedger(
  client: BrokerClient,
  options: VerifyLedgerOptions,
): Promise<LedgerVerdict> {
  const verifier = parseVerifierKey(options.verifierKey);
  const open = (note: string): Checkpoint =>
    openCheckpoint(note, { origin: verifier.name, verifiers: [verifier] }).checkpoint;
  const note = await client.auditCheckpoint();
  const checkpoint = open(note);
  const { size } = checkpoint;
  const tree = new RebuiltTree();
  let read = 0;
  for (let from = 0; from < size; from = tree.size) {
    const { entries } = await client.auditEntries(from, Math.min(PAGE, size - from));
    if (entries.length === 0) break;
    read += entries.filter((entry) => 'entry' in entry).length;
    await tree.append(entries);
    options.onProgress?.(tree.size, size);
  }
  const verdict = (verified: boolean, sentence: string): LedgerVerdict => ({
    verified,
    sentence,
    origin: checkpoint.origin,
    size,
    root: Buffer.from(checkpoint.root).toString('base64'),
    read,
    hashOnly: tree.size - read,
    checkpoint: note,
  });
  if (tree.size !== size)
    return verdict(false, `The ledger gave ${tree.size} of the ${size} entries that it signed.`);
  if (Buffer.compare(tree.root, checkpoint.root) !== 0) {
    return verdict(
      false,
      'The entries do not add up to the signed root: something was changed, removed or added.',
    );
  }
  if (options.earlier !== undefined && !(await continues(client, open(options.earlier), checkpoint))) {
    return verdict(false, 'The ledger is not a continuation of the checkpoint that was remembered.');
  }
  return verdict(true, `All ${size} entries are as they were signed.`);
}

async function continues(client: BrokerClient, earlier: Checkpoint, now: Checkpoint): Promise<boolean> {
  if (earlier.size > now.size) return false;
  const { hashes } = await client.auditConsistency(earlier.size, now.size);
  return verifyConsistency({
    from: earlier.size,
    to: now.size,
    fromRoot: earlier.root,
    toRoot: now.root,
    proof: hashes.map((hash) => Buffer.from(hash, 'base64')),
  });
}

/** The tree as it follows from the entries alone. */
class RebuiltTree {
  size = 0;
  root: Uint8Array = new Uint8Array();
  readonly #nodes = new Map<string, Uint8Array>();

  async append(entries: readonly AuditedEntry[]): Promise<void> {
    const hashes = entries.map((entry, at) => {
      if (entry.index !== this.size + at) throw new Error(`The ledger left out entry ${this.size + at}`);
      return 'entry' in entry
        ? leafHash(Buffer.from(canonicalise(entry.entry as Json), 'utf8'))
        : Buffer.from(entry.leafHash, 'base64');
    });
    const appended = await appendLeaves(this.size, hashes, this.#readNodes);
    for (const node of appended.nodes) this.#nodes.set(nameOf(node), node.hash);
    this.size = appended.size;
    this.root = appended.root;
  }

  readonly #readNodes: ReadNodes = (ids) =>
    Promise.resolve(ids.map((id) => this.#nodes.get(nameOf(id)) ?? new Uint8Array()));
}

const nameOf = ({ level, index }: NodeId): string => `${level}/${index}`;

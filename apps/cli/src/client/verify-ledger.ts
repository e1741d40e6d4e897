import { canonicalise, type Json } from '@concordat/record';
import {
  appendLeaves,
  emptyRoot,
  HASH_BYTES,
  leafHash,
  NoteError,
  openCheckpoint,
  parseVerifierKey,
  verifyConsistency,
  type Checkpoint,
  type NodeId,
  type ReadNodes,
} from '@concordat/transparency';
import type { AuditedEntry, BrokerClient } from './broker-client.js';
import { RefusedError } from './refused-error.js';

/** What came of verifying a ledger. What it signed is left out when the signature is not that of the key. */
export interface LedgerVerdict extends Partial<SignedTree> {
  readonly verified: boolean;
  /** What was found, in one plain sentence. */
  readonly sentence: string;
  /** Entries whose text was read and hashed here. */
  readonly read: number;
  /** Entries about other agencies, of which only the hash of the leaf was given. */
  readonly hashOnly: number;
}

/** A checkpoint whose signature has been checked. */
interface SignedTree {
  readonly origin: string;
  readonly size: number;
  /** Base64, as in the checkpoint. */
  readonly root: string;
  /** The signed note, to be remembered for the next time. */
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
 * checkpoint. Whatever the ledger gives that does not fit is a verdict, not an error.
 */
export async function verifyLedger(
  client: BrokerClient,
  { verifierKey, earlier, onProgress }: VerifyLedgerOptions,
): Promise<LedgerVerdict> {
  const before = earlier === undefined ? undefined : openWith(verifierKey, earlier);
  const note = await client.auditCheckpoint();
  const now = openSigned(verifierKey, note);
  if (now === undefined) {
    const sentence = 'The ledger’s checkpoint is not signed with the key that it was checked against.';
    return { verified: false, sentence, read: 0, hashOnly: 0 };
  }
  const tree = new RebuiltTree();
  const fault =
    (await readInto(tree, client, now.size, onProgress)) ??
    differenceOf(tree, now) ??
    (before === undefined ? undefined : await breakBetween(client, before, now));
  const { read, hashOnly } = tree;
  return {
    verified: fault === undefined,
    sentence: fault ?? `${whatWasRead(read, hashOnly)}; together they are the tree that the ledger signed.`,
    read,
    hashOnly,
    origin: now.origin,
    size: now.size,
    root: Buffer.from(now.root).toString('base64'),
    checkpoint: note,
  };
}

/** Opens a checkpoint of the ledger that has this key. @throws NoteError when it is not signed with it */
export function openWith(verifierKey: string, note: string): Checkpoint {
  const verifier = parseVerifierKey(verifierKey);
  return openCheckpoint(note, { origin: verifier.name, verifiers: [verifier] }).checkpoint;
}

function openSigned(verifierKey: string, note: string): Checkpoint | undefined {
  try {
    return openWith(verifierKey, note);
  } catch (error) {
    // A key that cannot be read says nothing about the ledger.
    if (error instanceof NoteError && error.code !== 'note-key-malformed') return undefined;
    throw error;
  }
}

/** @returns what does not fit */
async function readInto(
  tree: RebuiltTree,
  client: BrokerClient,
  size: number,
  onProgress: VerifyLedgerOptions['onProgress'],
): Promise<string | undefined> {
  while (tree.size < size) {
    const { entries } = await client.auditEntries(tree.size, Math.min(PAGE, size - tree.size));
    if (entries.length === 0) break;
    const fault = await tree.append(entries);
    if (fault !== undefined) return fault;
    onProgress?.(tree.size, size);
  }
  return undefined;
}

function differenceOf(tree: RebuiltTree, { size, root }: Checkpoint): string | undefined {
  if (tree.size !== size) return `The ledger gave ${tree.size} of the ${size} entries that it signed.`;
  return Buffer.compare(tree.root, root) === 0
    ? undefined
    : 'The entries do not add up to the signed root: something was changed, removed or added.';
}

/** @returns why the one checkpoint does not continue the other */
async function breakBetween(
  client: BrokerClient,
  before: Checkpoint,
  now: Checkpoint,
): Promise<string | undefined> {
  if (before.size > now.size) {
    return `The ledger has ${counted(now.size)}, fewer than the ${before.size} of the checkpoint from before.`;
  }
  const proof = await consistency(client, before.size, now.size);
  if (proof === undefined) return 'The ledger cannot prove that it continues the checkpoint from before.';
  const claim = { from: before.size, to: now.size, fromRoot: before.root, toRoot: now.root, proof };
  return verifyConsistency(claim)
    ? undefined
    : 'The ledger is no continuation of the checkpoint from before.';
}

/** The statuses with which the ledger says that it has no such proof; others are about the caller or the moment. */
const NO_PROOF = [400, 404, 500];

async function consistency(
  client: BrokerClient,
  from: number,
  to: number,
): Promise<readonly Uint8Array[] | undefined> {
  try {
    const { hashes } = await client.auditConsistency(from, to);
    return hashes.map((hash) => Buffer.from(hash, 'base64'));
  } catch (error) {
    if (error instanceof RefusedError && NO_PROOF.includes(error.status)) return undefined;
    throw error;
  }
}

const counted = (entries: number): string => (entries === 1 ? '1 entry' : `${entries} entries`);

function whatWasRead(read: number, hashOnly: number): string {
  const text = `${counted(read)} ${read === 1 ? 'was' : 'were'} read and checked`;
  if (hashOnly === 0) return read > 1 ? `All ${text}` : text;
  return `${text}, ${hashOnly} ${hashOnly === 1 ? 'is' : 'are'} known by ${hashOnly === 1 ? 'its' : 'their'} hash alone`;
}

/** The tree as it follows from the entries alone. */
class RebuiltTree {
  size = 0;
  root: Uint8Array = emptyRoot();
  read = 0;
  hashOnly = 0;
  readonly #nodes = new Map<string, Uint8Array>();

  /** @returns what does not fit; nothing is appended then */
  async append(entries: readonly AuditedEntry[]): Promise<string | undefined> {
    const hashes: Uint8Array[] = [];
    for (const [at, entry] of entries.entries()) {
      const due = this.size + at;
      if (entry.index !== due)
        return `Entry ${due} was left out or is out of order: entry ${entry.index} came.`;
      const hash = hashOf(entry);
      if (hash === undefined) return `Entry ${due} came in a form that has no hash.`;
      hashes.push(hash);
    }
    const appended = await appendLeaves(this.size, hashes, this.#readNodes);
    for (const node of appended.nodes) this.#nodes.set(nameOf(node), node.hash);
    this.size = appended.size;
    this.root = appended.root;
    const read = entries.filter((entry) => 'entry' in entry).length;
    this.read += read;
    this.hashOnly += entries.length - read;
    return undefined;
  }

  readonly #readNodes: ReadNodes = (ids) =>
    Promise.resolve(ids.map((id) => this.#nodes.get(nameOf(id)) ?? new Uint8Array()));
}

/** The hash of an entry's leaf; undefined for what no ledger in good order gives, such as half a character. */
function hashOf(entry: AuditedEntry): Uint8Array | undefined {
  if ('entry' in entry) {
    try {
      return leafHash(Buffer.from(canonicalise(entry.entry as Json), 'utf8'));
    } catch {
      return undefined;
    }
  }
  const hash = Buffer.from(entry.leafHash, 'base64');
  return hash.length === HASH_BYTES ? hash : undefined;
}

const nameOf = ({ level, index }: NodeId): string => `${level}/${index}`;

import type { DataSource } from 'typeorm';
import type { Caller } from '@concordat/auth';
import { BrokerError } from '@concordat/problem';
import { leafHash, proveConsistency, proveInclusion } from '@concordat/transparency';
import { readContent } from '../tree/content.js';
import { partiesOf } from '../tree/parties.js';
import { storedNodes } from '../tree/stored-nodes.js';

/** The injection token of {@link AuditLog}. */
export const AUDIT_LOG = Symbol('AuditLog');

/**
 * An entry as a reader sees it: whole if it is about their agency or they oversee all, else only the hash of
 * its leaf, with which the tree can still be verified.
 */
export type SeenEntry =
  | { readonly index: number; readonly entry: Readonly<Record<string, unknown>> }
  | { readonly index: number; readonly leafHash: string };

/** Answers officers and verifiers. */
export class AuditLog {
  readonly #database: DataSource;

  constructor(database: DataSource) {
    this.#database = database;
  }

  /** Entries from an index on. */
  async entries(caller: Caller, from: number, limit: number): Promise<SeenEntry[]> {
    const rows = await this.#database.query<{ index: string; content: string }[]>(
      'select index, content from entry where index >= $1 order by index limit $2',
      [from, limit],
    );
    return rows.map(({ index, content }) => seenBy(caller, Number(index), content));
  }

  /** Proves that an entry is in the tree of a size; of the tree as it is now when none is given. */
  async inclusion(index: number, size?: number): Promise<{ index: number; size: number; hashes: string[] }> {
    const at = await this.#sizeUpTo(size);
    if (index >= at) throw new BrokerError('not-found', `The tree of ${at} entries has no entry ${index}`);
    return { index, size: at, hashes: encode(await proveInclusion(index, at, storedNodes(this.#database))) };
  }

  /** Proves that the tree of one size is the beginning of the tree of another. */
  async consistency(from: number, to: number): Promise<{ from: number; to: number; hashes: string[] }> {
    await this.#sizeUpTo(to);
    if (from > to) throw new BrokerError('invalid-parameter', '"from" must not be larger than "to"');
    return { from, to, hashes: encode(await proveConsistency(from, to, storedNodes(this.#database))) };
  }

  async #sizeUpTo(size: number | undefined): Promise<number> {
    const [tree] = await this.#database.query<{ size: string }[]>('select size from tree');
    const current = Number(tree?.size ?? 0);
    if (size !== undefined && size > current) {
      throw new BrokerError('invalid-parameter', `The tree has ${current} entries, fewer than asked for`);
    }
    return size ?? current;
  }
}

/**
 * Both who may read an entry and its hash come from its content: whoever changes anything of it in the
 * database changes the tree that a verifier builds.
 */
function seenBy(caller: Caller, index: number, content: string): SeenEntry {
  const entry = readContent(content);
  const readable = entry !== undefined && mayRead(caller, entry);
  return readable ? { index, entry } : { index, leafHash: hashOf(content) };
}

const mayRead = ({ role, agency }: Caller, entry: Readonly<Record<string, unknown>>): boolean =>
  role === 'oversight' || partiesOf(entry).includes(agency);

const hashOf = (content: string): string => leafHash(Buffer.from(content, 'utf8')).toString('base64');

const encode = (hashes: readonly Uint8Array[]): string[] =>
  hashes.map((hash) => Buffer.from(hash).toString('base64'));

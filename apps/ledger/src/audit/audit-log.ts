import type { DataSource } from 'typeorm';
import type { Caller } from '@concordat/auth';
import { BrokerError } from '@concordat/problem';
import { proveConsistency, proveInclusion } from '@concordat/transparency';
import { storedNodes } from '../tree/stored-nodes.js';

/** The injection token of {@link AuditLog}. */
export const AUDIT_LOG = Symbol('AuditLog');

/**
 * An entry as a reader sees it: whole if it is about their agency or they oversee all, else only the hash of
 * its leaf, with which the tree can still be verified.
 */
export type SeenEntry =
  | { readonly index: number; readonly recorded: string; readonly entry: unknown }
  | { readonly index: number; readonly leafHash: string };

/** Answers officers and verifiers. */
export class AuditLog {
  readonly #database: DataSource;

  constructor(database: DataSource) {
    this.#database = database;
  }

  /** Entries from an index on. */
  async entries(caller: Caller, from: number, limit: number): Promise<SeenEntry[]> {
    const rows = await this.#database.query<
      { index: string; recorded: Date; content: string | null; hash: Buffer }[]
    >(
      `select entry.index, entry.recorded, node.hash,
              case when $3 or $4 = any(entry.parties) then entry.content end as content
       from entry join node on node.level = 0 and node.index = entry.index
       where entry.index >= $1 order by entry.index limit $2`,
      [from, limit, caller.role === 'oversight', caller.agency],
    );
    return rows.map(({ index, recorded, content, hash }) =>
      content === null
        ? { index: Number(index), leafHash: hash.toString('base64') }
        : { index: Number(index), recorded: recorded.toISOString(), entry: JSON.parse(content) as unknown },
    );
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

const encode = (hashes: readonly Uint8Array[]): string[] =>
  hashes.map((hash) => Buffer.from(hash).toString('base64'));

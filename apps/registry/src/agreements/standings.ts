import type { EntityManager } from 'typeorm';
import {
  compareAgreements,
  standingOf,
  verifyAgreementRecord,
  type Agreement,
  type Difference,
  type Standing,
  type Verification,
  type VerifiedRecord,
} from '@concordat/agreement';
import type { JsonObject } from '@concordat/record';
import type { Schemas } from '../schemas/schemas.js';
import { believed, readHistory, toVerify, type History } from './history.js';

/** What holds of an agreement, and how it stands. */
export interface Judged {
  readonly history: History;
  readonly verified: VerifiedRecord;
  readonly standing: Standing;
}

/** Verifications that are remembered at most; then all are forgotten and made again. */
const MOST_KNOWN = 100_000;

/**
 * How agreements stand, from what the database keeps: computed anew each time with the kernel's one function, as
 * enforcers and the command line do it. There is no state that somebody could set.
 */
export class Standings {
  readonly #schemas: Schemas;
  #known = new Map<string, Verification>();

  constructor(schemas: Schemas) {
    this.#schemas = schemas;
  }

  /** @returns `undefined` when there is no agreement of this id */
  async judge(manager: EntityManager, id: string, now: Date): Promise<Judged | undefined> {
    const history = await readHistory(manager, id);
    return history === undefined ? undefined : this.#judgeHistory(manager, history, now);
  }

  async #judgeHistory(manager: EntityManager, history: History, now: Date): Promise<Judged> {
    if (this.#known.size > MOST_KNOWN) this.#known = new Map();
    const keys = await believed(history.keys, now);
    const verified = await verifyAgreementRecord(
      toVerify(history),
      keys.find,
      this.#known,
      undefined,
      keys.findForStops,
    );
    const compare = await this.comparison(
      manager,
      verified.versions.map(({ frozen }) => frozen.agreement),
    );
    const standing = standingOf(verified.versions, verified.notices, now.toISOString(), compare);
    return { history, verified, standing };
  }

  /** Compares versions with the event schemas that they name at hand: without them more would count as widening. */
  async comparison(
    manager: EntityManager,
    agreements: readonly Agreement[],
  ): Promise<(before: Agreement, after: Agreement) => Difference> {
    const found = new Map<string, JsonObject>();
    const grants = agreements.length < 2 ? [] : agreements.flatMap((agreement) => agreement.grants);
    for (const { schema, event } of grants) {
      const name = `${event}/${schema}`;
      if (found.has(name)) continue;
      const registered = await this.#schemas.findByDigest(schema, event, manager);
      if (registered !== undefined) found.set(name, registered.schema);
    }
    return (before, after) =>
      compareAgreements(before, after, (digest, type) => found.get(`${type}/${digest}`));
  }
}

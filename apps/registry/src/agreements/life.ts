import type { EntityManager } from 'typeorm';
import type { AgreementEvent } from '@concordat/exchange';
import { AgreementTransitionEntity } from './agreement-transition.entity.js';
import type { Judged, Standings } from './standings.js';
import { transitionsOf } from './transitions.js';

/** One change to an agreement at a time, whatever it is: each sees all the others. */
export async function lockAgreement(transaction: EntityManager, id: string): Promise<void> {
  await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`agreement/${id}`]);
}

/** What has come about in an agreement's life and nobody has told the ledger. */
export interface News {
  readonly judged: Judged;
  /** To be told in the same transaction. */
  readonly entries: readonly AgreementEvent[];
}

/**
 * Looks how an agreement stands now, and writes down what is to be told of it, so that nobody tells it again.
 * The agreement must be locked.
 *
 * @returns `undefined` when there is no agreement of this id
 */
export async function writeDownNews(
  transaction: EntityManager,
  standings: Standings,
  id: string,
  now: Date,
): Promise<News | undefined> {
  const judged = await standings.judge(transaction, id, now);
  if (judged === undefined) return undefined;
  const told = await transaction.findBy(AgreementTransitionEntity, { id });
  const news = transitionsOf(judged.standing, judged.verified, told, now.toISOString());
  if (news.length > 0) {
    await transaction.insert(
      AgreementTransitionEntity,
      news.map(({ type, subject, entry }) => ({ entry: entry.id, id, type, subject })),
    );
  }
  return { judged, entries: news.map(({ entry }) => entry) };
}

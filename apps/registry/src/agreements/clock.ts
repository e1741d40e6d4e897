import type { DataSource } from 'typeorm';
import type { Logger } from '@concordat/telemetry';
import type { Publisher } from '../publication/publish.js';
import { AgreementEntity } from './agreement.entity.js';
import { lockAgreement, writeDownNews } from './life.js';
import type { Standings } from './standings.js';

/** Ms between two looks at the clock. */
const INTERVAL = 30_000;
/** Ms after which every agreement is looked at again, whatever was known of it. */
const FULL_ROUND = 60 * 60 * 1000;

/**
 * Tells the ledger what the clock alone has brought about: that a review is due or overdue, that a term has
 * ended, that an announced end has come near. Nothing waits for it: whoever releases anything reads the clock
 * for itself. What was told is written down with it, so restarts and a second registry tell it once.
 */
export class AgreementClock {
  readonly #database: DataSource;
  readonly #publisher: Publisher;
  readonly #standings: Standings;
  readonly #now: () => Date;
  /** When the clock may next change an agreement, in ms. */
  readonly #next = new Map<string, number>();
  #fullRound = -Infinity;

  constructor(
    database: DataSource,
    publisher: Publisher,
    standings: Standings,
    now: () => Date = () => new Date(),
  ) {
    this.#database = database;
    this.#publisher = publisher;
    this.#standings = standings;
    this.#now = now;
  }

  /** Looks at every agreement that the clock may have changed since it was last looked at. */
  async tick(): Promise<void> {
    const at = this.#now().getTime();
    if (at - this.#fullRound >= FULL_ROUND) {
      this.#next.clear();
      this.#fullRound = at;
    }
    const rows = await this.#database
      .createQueryBuilder(AgreementEntity, 'agreement')
      .select('distinct agreement.id', 'id')
      .getRawMany<{ id: string }>();
    for (const { id } of rows) {
      if ((this.#next.get(id) ?? -Infinity) <= at) await this.look(id);
    }
  }

  /** Looks at one agreement: also when something else than the clock may have changed it. */
  async look(id: string): Promise<void> {
    const news = await this.#database.transaction(async (transaction) => {
      await lockAgreement(transaction, id);
      const found = await writeDownNews(transaction, this.#standings, id, this.#now());
      await this.#publisher.tell(transaction, found?.entries ?? []);
      return found;
    });
    const { nextChangeAt } = news?.judged.standing ?? {};
    this.#next.set(id, nextChangeAt === undefined ? Infinity : Date.parse(nextChangeAt));
    if ((news?.entries.length ?? 0) > 0) this.#publisher.wake();
  }

  /** An agreement has changed otherwise: the clock may matter at another time now. */
  forget(id: string): void {
    this.#next.delete(id);
  }

  /** A key has been revoked: signatures of whichever agreement may not hold any more. */
  forgetAll(): void {
    this.#next.clear();
  }

  /** @returns ends it, and waits for what is in hand */
  start(logger: Logger): () => Promise<void> {
    let running: Promise<void> | undefined;
    const look = (): void => {
      // One at a time: while the database does not answer, looks must not pile up.
      running ??= this.tick()
        .catch((error: unknown) => logger.error({ err: error }, 'the clock of agreements could not be read'))
        .finally(() => (running = undefined));
    };
    look();
    const timer = setInterval(look, INTERVAL);
    return async () => {
      clearInterval(timer);
      await running;
    };
  }
}

import { randomUUID } from 'node:crypto';
import type { EventLog } from '@concordat/event-log';
import { topics } from '@concordat/exchange';
import { encodeRegisterRecord, type Register } from '@concordat/register';
import type { Logger } from '@concordat/telemetry';
import type { AgreementsInForce, Applied } from './agreements-in-force.js';

/**
 * Tells the registry, and so the parties, what this enforcer applies, as soon as it does. With several enforcers
 * each tells for itself; the register keeps the word of the one that spoke last.
 */
export class EnforcedReport {
  readonly #log: EventLog;
  readonly #inForce: AgreementsInForce;
  readonly #register: Register;
  readonly #logger: Logger;
  readonly #enforcer = randomUUID();
  readonly #sent = new Map<string, string>();
  #sending: Promise<void> | undefined;
  #again = false;

  constructor(log: EventLog, inForce: AgreementsInForce, register: Register, logger: Logger) {
    this.#log = log;
    this.#inForce = inForce;
    this.#register = register;
    this.#logger = logger;
  }

  /**
   * Tells what has changed; resolves when that is told, or could not be. One writing at a time, so that the last
   * word is the newest. Only news for people: enforcing does not wait for it, and goes on without it.
   */
  send(): Promise<void> {
    this.#again = true;
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      await this.#sendNews();
    }
  }

  async #sendNews(): Promise<void> {
    const news = this.#inForce.applied().filter((applied) => this.#isNews(applied));
    if (news.length === 0) return;
    const said = { at: new Date().toISOString(), enforcer: this.#enforcer };
    try {
      await this.#log.append(
        topics.agreements,
        news.map((applied) => encodeRegisterRecord({ kind: 'enforced', ...applied, ...said })),
      );
      for (const applied of news) this.#sent.set(applied.id, contentOf(applied));
    } catch (error) {
      this.#logger.error({ err: error }, 'the registry could not be told what is enforced');
    }
  }

  /** After a start, what an enforcer said before it stopped need not be said again. */
  #isNews(applied: Applied): boolean {
    const sent = this.#sent.get(applied.id);
    if (sent !== undefined) return sent !== contentOf(applied);
    const known = this.#register.enforced(applied.id);
    return known === undefined || contentOf(known) !== contentOf(applied);
  }
}

const contentOf = ({ id, version, digest, state, narrowedBy, notices }: Applied): string =>
  JSON.stringify([id, version, digest, state, narrowedBy, notices]);

import { counter, type Logger } from '@concordat/telemetry';

/** How often a held batch looks again whether the registry can be heard, ms. */
const LOOK_AGAIN = 250;

const alarms = counter(
  'concordat.enforcer.silences',
  'Times that the registry fell silent and releases stopped',
);

/**
 * Holds releases while the registry is silent: an enforcer that cannot hear of a suspension must not go on
 * as if there were none. Events wait in the log meanwhile; nothing is lost and nothing leaves.
 */
export class Freshness {
  readonly #silence: () => number;
  readonly #limit: number;
  readonly #logger: Logger;
  #alarmed = false;

  /**
   * @param silence ms since the registry was last heard
   * @param limit ms of silence after which nothing is released
   */
  constructor(silence: () => number, limit: number, logger: Logger) {
    this.#silence = silence;
    this.#limit = limit;
    this.#logger = logger;
  }

  isFresh(): boolean {
    return this.#silence() <= this.#limit;
  }

  /**
   * Keeps looking, so that the alarm is raised when the registry falls silent, and not only when the next event
   * comes. At the start a registry that starts as well has as long as that to be heard first.
   *
   * @returns ends it
   */
  watch(): () => void {
    const started = performance.now();
    const timer = setInterval(() => {
      if (this.isFresh() || performance.now() - started > this.#limit) this.#look();
    }, LOOK_AGAIN).unref();
    return () => clearInterval(timer);
  }

  /** Resolves when the registry can be heard. @throws the signal's reason when the worker stops meanwhile */
  async wait(signal: AbortSignal): Promise<void> {
    while (!this.#look()) {
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  }

  /** Whether the registry can be heard; says so when that has changed. */
  #look(): boolean {
    const fresh = this.isFresh();
    if (fresh && this.#alarmed) this.#logger.warn('the registry can be heard again: releases go on');
    if (!fresh && !this.#alarmed) {
      alarms(1);
      this.#logger.error(
        { limit_ms: this.#limit },
        'the registry is silent: nothing is released until it is heard',
      );
    }
    this.#alarmed = !fresh;
    return fresh;
  }
}

import type { Logger } from '@concordat/telemetry';

/** How often a held batch looks again whether the registry can be heard, ms. */
const LOOK_AGAIN = 250;

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

  /** Resolves when the registry can be heard. @throws the signal's reason when the worker stops meanwhile */
  async wait(signal: AbortSignal): Promise<void> {
    while (!this.isFresh()) {
      this.#raiseAlarm();
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
    if (this.#alarmed) this.#logger.warn('the registry can be heard again: releases go on');
    this.#alarmed = false;
  }

  #raiseAlarm(): void {
    if (this.#alarmed) return;
    this.#alarmed = true;
    this.#logger.error(
      { limit_ms: this.#limit },
      'the registry is silent: nothing is released until it is heard',
    );
  }
}

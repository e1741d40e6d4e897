import type { Bench } from './suite.js';

/** What a suite has started, so that it is ended whatever happens. */
export class Holding {
  readonly #say: (line: string) => void;
  readonly #ends: (() => Promise<unknown>)[] = [];

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  readonly hold: Bench['holding'] = (starting, end) => {
    // What fails to start has cleaned up after itself.
    this.#ends.push(() =>
      starting.then(
        (started) => end(started),
        () => undefined,
      ),
    );
    return starting;
  };

  /** Does the work, then ends everything; so too when Ctrl-C or SIGTERM comes, which then ends the process. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    let stopping = false;
    const stop = (): void => {
      stopping = true;
      this.#say('stopping');
      void this.#end().finally(() => process.exit(130));
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    try {
      return await work();
    } finally {
      // What the work then stumbles over is no news: the process ends when all has been ended.
      if (stopping) await new Promise(() => undefined);
      await this.#end();
      process.off('SIGINT', stop).off('SIGTERM', stop);
    }
  }

  async #end(): Promise<void> {
    for (let end = this.#ends.pop(); end !== undefined; end = this.#ends.pop()) {
      await end().catch((error: unknown) => this.#say(`could not clean up: ${String(error)}`));
    }
  }
}

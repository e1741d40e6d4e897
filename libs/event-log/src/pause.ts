/** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

const FIRST_BACKOFF = 50;
const LONGEST_BACKOFF = 2_000;

/** How long to wait, in ms, after the nth failure in a row (from 1) to reach the log. */
export const backoff = (failures: number): number =>
  Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** Math.min(failures - 1, 10));

/** A bell that any number of waiters hear; a ring with nobody waiting is kept for the next one. */
export class Bell {
  #rung = false;
  readonly #waiting = new Set<() => void>();

  ring(): void {
    if (this.#waiting.size === 0) this.#rung = true;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves at the next ring, after `ms`, or when the signal aborts; at once if a ring was missed. */
  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#rung || signal?.aborted === true) {
      this.#rung = false;
      return;
    }
    const heard = new AbortController();
    const wake = (): void => heard.abort();
    this.#waiting.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
    try {
      await pause(ms, heard.signal);
    } finally {
      this.#waiting.delete(wake);
      signal?.removeEventListener('abort', wake);
    }
  }
}

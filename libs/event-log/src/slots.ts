/** Lets at most `size` holders in at a time; the others wait their turn, first come first served. */
export class Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(size: number) {
    this.#free = size;
  }

  /**
   * Resolves, with the function that gives the slot back, when one is free; with undefined if the signal aborts
   * before that.
   */
  take(): Promise<() => void>;
  take(signal: AbortSignal): Promise<(() => void) | undefined>;
  async take(signal?: AbortSignal): Promise<(() => void) | undefined> {
    if (signal?.aborted === true) return undefined;
    if (this.#free > 0) this.#free -= 1;
    else if (!(await this.#turn(signal))) return undefined;
    return () => this.#giveBack();
  }

  /** True when a slot has been handed over to us, false if the signal aborted first. */
  #turn(signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const come = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = (): void => {
        this.#waiting.delete(come);
        resolve(false);
      };
      this.#waiting.add(come);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  #giveBack(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

/** How often waiting pulls are told to look again, ms: wake-ups of other processes are found by this. */
const LOOK_AGAIN = 1000;

/** Wakes pulls that wait for their recipient's mailbox to grow. */
export class MailboxWatch {
  readonly #waiting = new Map<string, Set<() => void>>();
  /** How often each mailbox has grown since this process began, for those that have. */
  readonly #grown = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor() {
    this.#timer = setInterval(() => this.#wakeAll(), LOOK_AGAIN);
    this.#timer.unref();
  }

  /** Wakes those who wait for one of these recipients. */
  grew(recipients: Iterable<string>): void {
    for (const recipient of recipients) {
      this.#grown.set(recipient, this.growth(recipient) + 1);
      this.#wake(recipient);
    }
  }

  /** Changes whenever the mailbox grows. To be taken before the mailbox is read, and given to {@link wait}. */
  growth(recipient: string): number {
    return this.#grown.get(recipient) ?? 0;
  }

  /**
   * Resolves when the mailbox may have grown, when the time is over, or when the watch closes; at once when it has
   * grown already since a {@link growth} was taken.
   */
  async wait(recipient: string, milliseconds: number, since: number): Promise<void> {
    if (this.#closed || milliseconds <= 0 || this.growth(recipient) !== since) return;
    const waiting = this.#waiting.get(recipient) ?? new Set();
    this.#waiting.set(recipient, waiting);
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        waiting.delete(wake);
        if (waiting.size === 0 && this.#waiting.get(recipient) === waiting) this.#waiting.delete(recipient);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      waiting.add(wake);
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Ends every wait, now and later. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const recipient of [...this.#waiting.keys()]) this.#wake(recipient);
  }

  #wake(recipient: string): void {
    for (const wake of this.#waiting.get(recipient) ?? []) wake();
  }
}

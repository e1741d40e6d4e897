/** How often waiting pulls are told to look again, ms: wake-ups of other processes are found by this. */
const LOOK_AGAIN = 1000;

/** Wakes pulls that wait for their recipient's mailbox to grow. */
export class MailboxWatch {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor() {
    this.#timer = setInterval(() => this.#wakeAll(), LOOK_AGAIN);
    this.#timer.unref();
  }

  /** Wakes those who wait for one of these recipients. */
  grew(recipients: Iterable<string>): void {
    for (const recipient of recipients) for (const wake of this.#waiting.get(recipient) ?? []) wake();
  }

  /** Resolves when the mailbox may have grown, when the time is over, or when the watch closes. */
  async wait(recipient: string, milliseconds: number): Promise<void> {
    if (this.#closed || milliseconds <= 0) return;
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
    this.grew([...this.#waiting.keys()]);
  }
}

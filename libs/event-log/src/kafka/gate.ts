import { Bell } from '../pause.js';

/** Waits are woken; this only bounds them, in ms. */
const LOOK_UP = 60_000;

/** Lets work begin while it is open; once closed, tells when all that had begun has ended. */
export class Gate {
  #closed = false;
  #inside = 0;
  readonly #changed = new Bell();

  /** The function to call when the work has ended; undefined if the gate is closed. */
  enter(): (() => void) | undefined {
    if (this.#closed) return undefined;
    this.#inside += 1;
    return () => {
      this.#inside -= 1;
      this.#changed.ring();
    };
  }

  open(): void {
    this.#closed = false;
    this.#changed.ring();
  }

  /** Resolves when nothing is inside, when it was opened again, or after `ms`. */
  async close(ms: number): Promise<void> {
    this.#closed = true;
    const deadline = Date.now() + ms;
    while (this.#closed && this.#inside > 0 && Date.now() < deadline) {
      await this.#changed.wait(deadline - Date.now());
    }
  }

  /** Resolves when it is open, or when the signal aborts. */
  async opened(signal: AbortSignal): Promise<void> {
    while (this.#closed && !signal.aborted) await this.#changed.wait(LOOK_UP, signal);
  }
}

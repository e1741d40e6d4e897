/**
 * Runs what has the same name one after another, and the rest side by side. The database's lock would do that
 * too, but whoever waits for it holds a connection: many changes to one agreement could keep a suspension of
 * another one waiting.
 */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const running = (this.#last.get(name) ?? Promise.resolve()).then(work);
    const ended = running.catch(() => undefined);
    this.#last.set(name, ended);
    try {
      return await running;
    } finally {
      if (this.#last.get(name) === ended) this.#last.delete(name);
    }
  }
}

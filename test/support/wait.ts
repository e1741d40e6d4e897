import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again until there is an answer.
 *
 * @param what is waited for, for the message
 * @param limit ms
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  limit = 30_000,
): Promise<T> {
  const deadline = performance.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${limit} ms`);
    await pause(50);
  }
}

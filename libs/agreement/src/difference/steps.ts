/**
 * How much work is left for one comparison. Whoever proposes an agreement writes it, and every service that holds
 * it compares it, so that no two documents may cost more than a bounded time.
 */
export interface Steps {
  left: number;
}

/** Far more than real agreements take (hundreds of thousands at most), and less than a second on a small machine. */
export const MAX_STEPS = 5_000_000;

export const fullSteps = (): Steps => ({ left: MAX_STEPS });

/** What stops a comparison that takes too long. It never leaves `compareAgreements`. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/**
 * Takes a piece of work off what is left. A step is about a tenth of a microsecond.
 *
 * @throws TooLarge when nothing is left
 */
export function spend(steps: Steps, count = 1): void {
  steps.left -= count;
  if (steps.left < 0) throw new TooLarge();
}

import type { AgreementsInForce } from './agreements-in-force.js';
import type { EnforcedReport } from './enforced-report.js';

/** At most so long between two looks, ms: a longer timer would not hear of a clock that was set. */
const LONGEST = 60_000;

/**
 * Tells what the clock has changed, when no event comes that would. It decides nothing: each event is decided by
 * its own time, whether this was early or late.
 */
export function startClock(
  inForce: Pick<AgreementsInForce, 'nextChange' | 'tick'>,
  report: Pick<EnforcedReport, 'send'>,
): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const wind = (): void => {
    const ahead = Math.max(0, inForce.nextChange - Date.now());
    timer = setTimeout(look, Math.min(ahead, LONGEST)).unref();
  };
  const look = (): void => {
    inForce.tick(new Date().toISOString());
    void report.send();
    wind();
  };
  wind();
  return { stop: () => clearTimeout(timer) };
}

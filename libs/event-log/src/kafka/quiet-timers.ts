import { createRequire } from 'node:module';

/** What of kafkajs's request queue is used here; it is not part of its types. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  throttledUntil: number;
  scheduleCheckPendingRequests: () => void;
}

let repaired = false;

/**
 * A connection of kafkajs 2.2.4 looks for requests that wait, and then sets a timer to look again, at once and for
 * ever, whether any wait or not: a thousand times a second for each connection (measured: half a core in a process
 * of sixty idle connections). Here it looks again only while some wait; whoever adds one sets the timer.
 *
 * It also works out the timer's delay from "throttled until −1", the year 1969, and Node warns of the negative
 * number. A queue that is not throttled says "until now" instead; it waits as long.
 */
export function quietTimers(): void {
  if (repaired) return;
  repaired = true;
  const require = createRequire(import.meta.url);
  const { prototype } = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length === 0) return;
    this.throttledUntil = Math.max(this.throttledUntil, Date.now());
    schedule.call(this);
  };
}

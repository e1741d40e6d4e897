import { createRequire } from 'node:module';

/** What of kafkajs's request queue is used here; it is not part of its types. */
interface RequestQueue {
  throttledUntil: number;
  scheduleCheckPendingRequests: () => void;
}

let repaired = false;

/**
 * kafkajs 2.2.4 works out a timer's delay from "throttled until −1", the year 1969, and Node warns of the
 * negative number in every process. A queue that is not throttled says "until now" instead; it waits as long.
 */
export function quietTimers(): void {
  if (repaired) return;
  repaired = true;
  const require = createRequire(import.meta.url);
  const { prototype } = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    this.throttledUntil = Math.max(this.throttledUntil, Date.now());
    schedule.call(this);
  };
}

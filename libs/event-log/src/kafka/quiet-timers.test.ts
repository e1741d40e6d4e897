import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { quietTimers } from './quiet-timers.js';

interface Queue {
  readonly pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  destroy(): void;
}

it('a connection sets a timer while requests wait, and none when all is quiet', () => {
  quietTimers();
  const require = createRequire(import.meta.url);
  const RequestQueue = require('kafkajs/src/network/requestQueue') as new (options: object) => Queue;
  const logger = { debug: () => undefined, namespace: () => logger };
  const queue = new RequestQueue({
    maxInFlightRequests: 1,
    requestTimeout: 1000,
    logger,
    isConnected: () => true,
  });
  queue.checkPendingRequests();
  expect(queue.throttleCheckTimeoutId).toBeNull();
  // As after a broker has asked us to slow down.
  queue.throttledUntil = Date.now() + 60_000;
  queue.pending.push({});
  queue.checkPendingRequests();
  expect(queue.throttleCheckTimeoutId).not.toBeNull();
  queue.destroy();
});

/**
 * Loaded into the broker by start.mjs, which keeps a channel open to it: when start.mjs dies without a word
 * (`kill -9`, a closed container), the broker stops as if it had been asked to.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

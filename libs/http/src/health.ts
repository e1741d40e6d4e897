import type { FastifyInstance } from 'fastify';
import type { LaneReport } from '@concordat/event-log';
import type { Logger } from '@concordat/telemetry';
import type { Part } from './part.js';

/** A check that takes longer than this has failed, ms. */
const CHECK_LIMIT = 2000;

/**
 * `/health/live` answers while the process runs; `/health/ready` answers 200 only when every check of every
 * part passes, and names those that do not; `/health/lanes` shows how far each lane of the log has come, and
 * what stops one that is parked.
 */
export function addHealthRoutes(fastify: FastifyInstance, parts: readonly Part[], logger: Logger): void {
  fastify.get('/health/live', () => ({ status: 'live' }));
  fastify.get('/health/lanes', () => ({
    lanes: parts.flatMap((part) => (part.lanes?.() ?? []).map(laneView)),
  }));
  fastify.get('/health/ready', async (_request, reply) => {
    const checks = await Promise.all(
      parts.flatMap((part) =>
        Object.entries(part.checks).map(async ([name, check]) => [
          `${part.name}/${name}`,
          await passes(check, logger),
        ]),
      ),
    );
    const ready = checks.every(([, passed]) => passed);
    void reply.status(ready ? 200 : 503);
    return {
      status: ready ? 'ready' : 'not ready',
      checks: Object.fromEntries(checks) as Record<string, boolean>,
    };
  });
}

/** A lane as JSON. Offsets are text: they may be larger than JSON's readers can hold. */
export const laneView = ({ position, failure, ...lane }: LaneReport) => ({
  ...lane,
  position: String(position),
  ...(failure === undefined ? {} : { failure: { ...failure, offset: String(failure.offset) } }),
});

async function passes(check: () => Promise<void>, logger: Logger): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the check took too long')), CHECK_LIMIT);
  });
  try {
    await Promise.race([check(), limit]);
    return true;
  } catch (error) {
    logger.warn({ err: error }, 'a readiness check failed');
    return false;
  } finally {
    clearTimeout(timer);
  }
}

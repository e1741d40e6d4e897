import { trace } from '@opentelemetry/api';
import { pino, stdSerializers, type Logger } from 'pino';

export type { Logger };

/**
 * A logger that adds the trace and span of whatever is going on. Callers log names, counts, identifiers that
 * the broker made, and errors; never a payload, a token or a key. Of an error only its name, message, code
 * and stack are written: an error's other members may hold what was being handled.
 *
 * @param app the app's name, in each line
 * @param level a pino level; `silent` for none
 */
export function createLogger(app: string, level = process.env['LOG_LEVEL'] ?? 'info'): Logger {
  return pino({
    level,
    base: { app },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    mixin: () => {
      const span = trace.getActiveSpan()?.spanContext();
      return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
    },
    serializers: { err: safeError },
    formatters: { level: (label) => ({ level: label }) },
  });
}

function safeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { type, message, stack } = stdSerializers.err(error);
  const code = (error as { code?: unknown }).code;
  return { type, message, stack, ...(typeof code === 'string' ? { code } : {}) };
}

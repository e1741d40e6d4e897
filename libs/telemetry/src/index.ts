export { createLogger, type Logger } from './logger.js';
export { counter, duration, gauge } from './metrics.js';
export { startTelemetry } from './start.js';
export {
  activeTrace,
  context,
  contextOf,
  inSpan,
  SpanKind,
  SpanStatusCode,
  startSpan,
  traceparentOf,
  type Context,
  type Span,
} from './trace-context.js';

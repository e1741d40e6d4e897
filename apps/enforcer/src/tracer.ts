import { contextOf, inSpan, SpanKind, traceparentOf } from '@concordat/telemetry';
import { NO_TRACE, traceText, type TraceText } from './lines/trace-text.js';

/** In the last two digits of a `traceparent` (W3C Trace Context §3.2.2.5). */
const SAMPLED = 0x01;

/**
 * Traces the events of a batch, where tracing is on and an event belongs to a trace: a span for those that are
 * sampled, and the trace as it came for the others.
 */
export function tracer(): (receipt: string, traceparent: string) => TraceText {
  let isOn: boolean | undefined;
  return (receipt, traceparent) => {
    if (traceparent === '') return NO_TRACE;
    isOn ??= traceparentOf(contextOf(traceparent)) !== undefined;
    if (!isOn) return NO_TRACE;
    if ((Number.parseInt(traceparent.slice(-2), 16) & SAMPLED) === 0) return traceText(traceparent);
    const parent = contextOf(traceparent);
    const attributes = { 'concordat.receipt': receipt };
    return inSpan('enforce', { parent, kind: SpanKind.CONSUMER, attributes }, () =>
      traceText(traceparentOf() ?? traceparent),
    );
  };
}

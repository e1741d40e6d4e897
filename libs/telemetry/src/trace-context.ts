import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';

const tracer = trace.getTracer('concordat');

/** The W3C `traceparent` of a context; `undefined` where tracing is off. */
export function traceparentOf(from: Context = context.active()): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(from, carrier);
  return carrier.traceparent;
}

/** The context that a `traceparent` names; a fresh one for none. */
export function contextOf(traceparent: string | undefined): Context {
  return traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });
}

/** The trace identifier (32 hexadecimal digits) of the running trace; `undefined` where tracing is off. */
export const activeTrace = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

export interface SpanStart {
  /** Of the step that caused this one; the active context when left out. */
  readonly parent?: Context;
  readonly kind?: SpanKind;
  /** Names and counts; never a payload. */
  readonly attributes?: Attributes;
}

/** Runs synchronous work in a span of its own. An error is recorded by its name alone, and thrown again. */
export function inSpan<T>(name: string, { parent, kind, attributes }: SpanStart, work: (span: Span) => T): T {
  const from = parent ?? context.active();
  const span = tracer.startSpan(
    name,
    { kind: kind ?? SpanKind.INTERNAL, ...(attributes && { attributes }) },
    from,
  );
  try {
    return context.with(trace.setSpan(from, span), () => work(span));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
    throw error;
  } finally {
    span.end();
  }
}

/** A span that begins now and that the caller ends, with the context in which its work runs. */
export function startSpan(
  name: string,
  { parent, kind, attributes }: SpanStart,
): { span: Span; context: Context } {
  const from = parent ?? context.active();
  const span = tracer.startSpan(
    name,
    { kind: kind ?? SpanKind.INTERNAL, ...(attributes && { attributes }) },
    from,
  );
  return { span, context: trace.setSpan(from, span) };
}

export { context, SpanKind, SpanStatusCode, type Context, type Span };

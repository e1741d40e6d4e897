import type { ByteText } from '@concordat/record';

/** What a line says of the trace that its event belongs to; empty where there is none. */
export interface TraceText {
  /** A member of an entry. */
  readonly entry: ByteText;
  /** A member of an item of a block. */
  readonly item: ByteText;
}

export const NO_TRACE: TraceText = { entry: '', item: '' };

/** @param traceparent W3C trace context, well-formed */
export const traceText = (traceparent: string): TraceText => ({
  entry: `,"trace":"${traceparent.slice(3, 35)}"`,
  item: `,"traceparent":"${traceparent}"`,
});

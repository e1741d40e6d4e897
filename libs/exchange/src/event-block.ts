import { BlockWriter, decompressBlock, notABlock, toByteText, type ByteText } from './block.js';
import type { AcceptedEvent } from './messages.js';

/** An event as it is read from a block. Nothing of it has been parsed. */
export interface ArrivedEvent {
  /** A UUID. */
  readonly receipt: string;
  /** RFC 3339. */
  readonly accepted: string;
  /** W3C trace context; empty where there is none. */
  readonly traceparent: string;
  /** The JSON text of an {@link EventContext}: the same for many events. */
  readonly context: ByteText;
  /** The event's JSON text, in UTF-8. */
  readonly event: Uint8Array;
}

const TAB = 0x09;
const LINE_END = 0x0a;
const RECEIPT = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/u;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/u;
const TRACEPARENT = /^(?:[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})?$/u;

/**
 * Puts accepted events into blocks. A line is the receipt, the time, the trace context, the event's context and
 * the event, with tabs between them: JSON text holds neither a tab nor a line end that is not escaped. So a
 * reader finds what it needs without parsing an event.
 *
 * @returns blocks in the order of the events; none for no events
 */
export function encodeEvents(events: readonly AcceptedEvent[]): Promise<Buffer[]> {
  const writer = new BlockWriter();
  for (const event of events) writer.add(toLine(event));
  return writer.end();
}

function toLine({ receipt, accepted, traceparent, context, event }: AcceptedEvent): ByteText {
  return toByteText(`${receipt}\t${accepted}\t${traceparent ?? ''}\t${JSON.stringify(context)}\t${event}`);
}

/** The events of a block, in order. @throws BrokerError `internal` when it is none */
export async function decodeEvents(block: Buffer): Promise<ArrivedEvent[]> {
  const text = await decompressBlock(block);
  const events: ArrivedEvent[] = [];
  for (let from = 0; from <= text.length;) {
    const found = text.indexOf(LINE_END, from);
    const end = found === -1 ? text.length : found;
    events.push(readLine(text, from, end));
    from = end + 1;
  }
  return events;
}

function readLine(text: Buffer, from: number, end: number): ArrivedEvent {
  const first = tabIn(text, from, end);
  const second = tabIn(text, first + 1, end);
  const third = tabIn(text, second + 1, end);
  const fourth = tabIn(text, third + 1, end);
  const receipt = text.toString('latin1', from, first);
  const accepted = text.toString('latin1', first + 1, second);
  const traceparent = text.toString('latin1', second + 1, third);
  // These are put into other texts as they are.
  if (!RECEIPT.test(receipt) || !TIME.test(accepted) || !TRACEPARENT.test(traceparent)) throw notABlock();
  const context = text.toString('latin1', third + 1, fourth);
  return { receipt, accepted, traceparent, context, event: text.subarray(fourth + 1, end) };
}

function tabIn(text: Buffer, from: number, end: number): number {
  const at = text.indexOf(TAB, from);
  if (at === -1 || at >= end) throw notABlock();
  return at;
}

import { toByteText, type ByteText } from '@concordat/record';
import { BlockWriter, notABlock, textOfBlock } from './block.js';
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
  for (const event of events) writer.add([toLine(event)]);
  return writer.end();
}

function toLine({ receipt, accepted, traceparent, context, event }: AcceptedEvent): ByteText {
  return toByteText(`${receipt}\t${accepted}\t${traceparent ?? ''}\t${JSON.stringify(context)}\t${event}`);
}

/** The events of a block, in order. @throws BrokerError `internal` when it is none */
export async function decodeEvents(block: Buffer): Promise<ArrivedEvent[]> {
  const bytes = await textOfBlock(block);
  const text: ByteText = bytes.toString('latin1');
  const events: ArrivedEvent[] = [];
  let context = '';
  for (let from = 0; from <= text.length;) {
    const found = text.indexOf('\n', from);
    const end = found === -1 ? text.length : found;
    const event = readLine(text, bytes, from, end, context);
    events.push(event);
    context = event.context;
    from = end + 1;
  }
  return events;
}

/** @param before the context of the line before, which most often is that of this one as well */
function readLine(text: ByteText, bytes: Buffer, from: number, end: number, before: ByteText): ArrivedEvent {
  const first = tabIn(text, from, end);
  const second = tabIn(text, first + 1, end);
  const third = tabIn(text, second + 1, end);
  const fourth = tabIn(text, third + 1, end);
  const receipt = text.slice(from, first);
  const accepted = text.slice(first + 1, second);
  const traceparent = text.slice(second + 1, third);
  // These are put into other texts as they are.
  if (!RECEIPT.test(receipt) || !TIME.test(accepted) || !TRACEPARENT.test(traceparent)) throw notABlock();
  const isSame = fourth - third - 1 === before.length && text.startsWith(before, third + 1);
  const context = isSame ? before : copyOf(text.slice(third + 1, fourth));
  return { receipt, accepted, traceparent, context, event: bytes.subarray(fourth + 1, end) };
}

function tabIn(text: ByteText, from: number, end: number): number {
  const at = text.indexOf('\t', from);
  if (at === -1 || at >= end) throw notABlock();
  return at;
}

/** A part of a text keeps all of the text in memory; contexts are kept for long. */
const copyOf = (part: ByteText): ByteText => Buffer.from(part, 'latin1').toString('latin1');

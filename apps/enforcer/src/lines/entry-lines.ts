import { entryId, toByteText, type ByteText, type EventContext } from '@concordat/exchange';
import type { Program } from '@concordat/policy';
import type { TraceText } from './trace-text.js';

/**
 * The lines of a block of `audit`, put together from texts that are prepared once for each program. Receipts,
 * times, disclosures' ids and reasons hold nothing that JSON would escape.
 */
export interface EntryLines {
  released(receipt: string, disclosure: string, fields: readonly string[], trace: TraceText): ByteText;
  withheld(receipt: string, reason: string, field: string | undefined, trace: TraceText): ByteText;
}

/** @returns the line that tells of an event that it was accepted, for events of one context */
export function acceptedLines({
  provider,
  type,
}: EventContext): (receipt: string, accepted: string, trace: TraceText) => ByteText {
  const about = membersOf({ eventType: type, provider });
  return (receipt, accepted, trace) =>
    `{"entry":{"id":"${receipt}.accepted","type":"event.accepted","occurred":"${accepted}"` +
    `${trace.entry},"receipt":"${receipt}",${about}}${trace.item}}`;
}

/** @param now RFC 3339: when the decisions are made */
export function entryLines(program: Program, now: string): EntryLines {
  const { id, about, fieldsOf } = prepared(program);
  const first = `.${id}","occurred":"${now}"`;
  const released = `",${about},"type":"disclosure.released","disclosure":"`;
  const withheld = `",${about},"type":"disclosure.withheld","reason":"`;
  return {
    released: (receipt, disclosure, fields, trace) =>
      `{"entry":{"id":"${receipt}${first}${trace.entry},"receipt":"${receipt}${released}${disclosure}"` +
      `,"fields":${fieldsOf(fields)}}${trace.item}}`,
    withheld: (receipt, reason, field, trace) =>
      `{"entry":{"id":"${receipt}${first}${trace.entry},"receipt":"${receipt}${withheld}${reason}"` +
      `${field === undefined ? '' : `,"field":${textOf(field)}`}}${trace.item}}`,
  };
}

/** The second half of the id of an entry about a decision; the first is the event's receipt. */
export const decisionId = ({ agreement, grant, recipient }: Program): string =>
  entryId('decision', agreement.digest, grant, recipient);

interface Prepared {
  readonly id: string;
  readonly about: ByteText;
  readonly fieldsOf: (fields: readonly string[]) => ByteText;
}

const known = new WeakMap<Program, Prepared>();

function prepared(program: Program): Prepared {
  const before = known.get(program);
  if (before !== undefined) return before;
  const { agreement, narrowedBy, grant, provider, recipient, eventType, purpose, powers } = program;
  const about = membersOf({
    eventType,
    provider,
    recipient,
    agreement,
    ...(narrowedBy === undefined ? {} : { narrowedBy }),
    grant,
    purpose,
    powers,
  });
  const made = { id: decisionId(program), about, fieldsOf: fieldTexts() };
  known.set(program, made);
  return made;
}

/** The same lists of fields come again and again, as the same objects. */
function fieldTexts(): (fields: readonly string[]) => ByteText {
  const texts = new WeakMap<readonly string[], ByteText>();
  return (fields) => {
    const before = texts.get(fields);
    if (before !== undefined) return before;
    const text = textOf(fields);
    texts.set(fields, text);
    return text;
  };
}

const textOf = (value: unknown): ByteText => toByteText(JSON.stringify(value));

/** The members of an object, without its braces. */
const membersOf = (value: object): ByteText => textOf(value).slice(1, -1);

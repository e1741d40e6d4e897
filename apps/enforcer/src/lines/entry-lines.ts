import { entryId, LineTemplate, type BlockWriter, type EventContext } from '@concordat/exchange';
import type { Program } from '@concordat/policy';
import { toByteText, type ByteText } from '@concordat/record';
import type { TraceText } from './trace-text.js';

/*
 * The lines of a block of `audit`. What they say of a program is written once; for a batch it becomes templates with
 * holes for what differs from event to event. Receipts, times, disclosures' ids and reasons hold nothing that JSON
 * would escape.
 */

/** Writes the entries about the decisions of one program. */
export interface EntryLines {
  released(receipt: string, disclosure: string, fields: readonly string[], trace: TraceText): void;
  withheld(receipt: string, reason: string, field: string | undefined, trace: TraceText): void;
}

/** @returns writes the entry that tells of an event that it was accepted, for events of one context */
export function acceptedLines(
  { provider, type }: EventContext,
  audit: BlockWriter,
): (receipt: string, accepted: string, trace: TraceText) => void {
  const about = membersOf({ eventType: type, provider });
  const templates = new Templates();
  return (receipt, accepted, trace) =>
    templates.fill(audit, '', [receipt, accepted, receipt], trace, () => [
      '{"entry":{"id":"',
      '.accepted","type":"event.accepted","occurred":"',
      `"${trace.entry},"receipt":"`,
      `",${about}}${trace.item}}`,
    ]);
}

/** @param now RFC 3339: when the decisions are made */
export function entryLines(program: Program, now: string, audit: BlockWriter): EntryLines {
  const { id, about } = prepared(program);
  const released = new Templates<readonly string[]>();
  const withheld = new Templates();
  const first = `.${id}","occurred":"${now}"`;
  return {
    released: (receipt, disclosure, fields, trace) =>
      released.fill(audit, fields, [receipt, receipt, disclosure], trace, () => [
        '{"entry":{"id":"',
        `${first}${trace.entry},"receipt":"`,
        `",${about},"type":"disclosure.released","disclosure":"`,
        `","fields":${textOf(fields)}}${trace.item}}`,
      ]),
    withheld: (receipt, reason, field, trace) =>
      withheld.fill(
        audit,
        field === undefined ? reason : `${reason} ${field}`,
        [receipt, receipt],
        trace,
        () => [
          '{"entry":{"id":"',
          `${first}${trace.entry},"receipt":"`,
          `",${about},"type":"disclosure.withheld","reason":"${reason}"` +
            `${field === undefined ? '' : `,"field":${textOf(field)}`}}${trace.item}}`,
        ],
      ),
  };
}

/** The second half of the id of an entry about a decision; the first is the event's receipt. */
export const decisionId = ({ agreement, grant, recipient }: Program): string =>
  entryId('decision', agreement.digest, grant, recipient);

/** Templates that differ in what is said of many events alike: the fields, or the reason. */
class Templates<Name = string> {
  readonly #made = new Map<Name, LineTemplate>();

  /** @param pieces of the line, between which the values stand */
  fill(
    writer: BlockWriter,
    name: Name,
    values: readonly ByteText[],
    trace: TraceText,
    pieces: () => readonly ByteText[],
  ): void {
    // A trace is an event's own, so there is nothing to prepare for the next one.
    if (trace.item !== '') return writer.add(together(pieces(), values));
    let template = this.#made.get(name);
    if (template?.fits(values) !== true) {
      template = new LineTemplate(
        pieces(),
        values.map(({ length }) => length),
      );
      this.#made.set(name, template);
    }
    writer.fill(template, values);
  }
}

const together = (pieces: readonly ByteText[], values: readonly ByteText[]): ByteText[] =>
  pieces.flatMap((piece, index) => [piece, values[index] ?? '']);

interface Prepared {
  readonly id: string;
  readonly about: ByteText;
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
  const made = { id: decisionId(program), about };
  known.set(program, made);
  return made;
}

const textOf = (value: unknown): ByteText => toByteText(JSON.stringify(value));

/** The members of an object, without its braces. */
const membersOf = (value: object): ByteText => textOf(value).slice(1, -1);

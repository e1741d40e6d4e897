import type { BlockWriter } from '@concordat/exchange';
import { toByteText, type ByteText } from '@concordat/record';
import type { Program } from '@concordat/policy';
import type { TraceText } from './trace-text.js';

/** What is released of one event to one recipient, as texts. */
export interface Released {
  readonly id: string;
  /** The granted attributes as members, each with a comma after it. */
  readonly attributes: ByteText;
  /** A JSON object. */
  readonly data: ByteText;
}

interface Prepared {
  readonly recipient: ByteText;
  /** All that comes before the attributes, where there is no trace and the source is not given. */
  readonly untraced: ByteText;
  readonly grantsSource: boolean;
  /** Stands in for the source where that is not granted. */
  readonly source: ByteText;
  /** From the end of the id to the beginning of the data. */
  readonly type: ByteText;
}

const known = new WeakMap<Program, Prepared>();

/** Writes a line of a block of `disclosures`. */
export function writeDisclosure(
  mail: BlockWriter,
  program: Program,
  { id, attributes, data }: Released,
  trace: TraceText,
): void {
  const { recipient, grantsSource, untraced, source, type } = known.get(program) ?? prepare(program);
  // Inside of a text a quotation mark is escaped, so this finds a member's name and nothing else.
  const isGiven = grantsSource && attributes.includes('"source":');
  const head =
    !isGiven && trace.item === '' ? untraced : `${recipient}${trace.item},"event":{${isGiven ? '' : source}`;
  mail.add([head, attributes, '"specversion":"1.0","id":"', id, type, data, '}}']);
}

function prepare(program: Program): Prepared {
  const { agreement, recipient, eventType, attributes } = program;
  const [to, source] = [
    `{${membersOf({ recipient })}`,
    `${membersOf({ source: `urn:concordat:agreement:${agreement.id}` })},`,
  ];
  const made: Prepared = {
    recipient: to,
    untraced: `${to},"event":{${source}`,
    grantsSource: attributes.some(({ field }) => field === 'source'),
    source,
    type: `",${membersOf({
      type: eventType,
      datacontenttype: 'application/json',
      agreementid: agreement.id,
      agreementversion: agreement.version,
      agreementdigest: agreement.digest,
    })},"data":`,
  };
  known.set(program, made);
  return made;
}

/** The members of an object, without its braces. */
const membersOf = (value: object): ByteText => toByteText(JSON.stringify(value)).slice(1, -1);

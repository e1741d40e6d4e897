import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BlockWriter,
  decodeBlock,
  textOfBlock,
  type AuditItem,
  type Disclosure,
  type EventContext,
} from '@concordat/exchange';
import type { Decision, Program } from '@concordat/policy';
import { parseStrict, toByteText, type Digest, type Json } from '@concordat/record';
import { writeDisclosure } from './disclosure-line.js';
import { acceptedLines, decisionId, entryLines } from './entry-lines.js';
import { NO_TRACE, traceText } from './trace-text.js';

/*
 * Lines are put together from texts that are prepared once. Here the same items are built plainly, as one would
 * without any thought of speed, and what is read from a line must be the same.
 */

const plainAccepted = (
  { provider, type }: EventContext,
  receipt: string,
  at: string,
  trace?: string,
): AuditItem => ({
  entry: {
    id: `${receipt}.accepted`,
    type: 'event.accepted',
    occurred: at,
    ...(trace === undefined ? {} : { trace: trace.split('-')[1]! }),
    receipt,
    eventType: type,
    provider,
  },
  ...(trace === undefined ? {} : { traceparent: trace }),
});

function plainDecision(
  program: Program,
  receipt: string,
  now: string,
  decision: Decision,
  trace?: string,
): AuditItem {
  const { agreement, narrowedBy, grant, provider, recipient, eventType, purpose, powers } = program;
  const exchange = {
    id: `${receipt}.${decisionId(program)}`,
    occurred: now,
    ...(trace === undefined ? {} : { trace: trace.split('-')[1]! }),
    receipt,
    eventType,
    provider,
    recipient,
    agreement,
    ...(narrowedBy === undefined ? {} : { narrowedBy }),
    grant,
    purpose,
    powers,
  };
  const outer = trace === undefined ? {} : { traceparent: trace };
  if (decision.outcome === 'released') {
    const { id, fields } = decision;
    return { entry: { ...exchange, type: 'disclosure.released', disclosure: id, fields }, ...outer };
  }
  const { reason, field } = decision;
  const why = { reason, ...(field === undefined ? {} : { field }) };
  return { entry: { ...exchange, type: 'disclosure.withheld', ...why }, ...outer };
}

function plainDisclosure(
  { agreement, recipient, eventType }: Program,
  { id, attributes, data }: Extract<Decision, { outcome: 'released' }>,
  trace?: string,
): Disclosure {
  return {
    recipient,
    ...(trace === undefined ? {} : { traceparent: trace }),
    event: {
      source: `urn:concordat:agreement:${agreement.id}`,
      ...attributes,
      specversion: '1.0',
      id,
      type: eventType,
      datacontenttype: 'application/json',
      agreementid: agreement.id,
      agreementversion: agreement.version,
      agreementdigest: agreement.digest,
      data,
    },
  };
}

const text = fc.string({
  unit: fc.constantFrom('a', 'é', '😀', '"', '\\', '\n', '\t', ',', '":', '\u2028', '</'),
});
const digest = fc.stringMatching(/^sha256:[0-9a-f]{64}$/u) as fc.Arbitrary<Digest>;
const receipt = fc.uuid();
const time = fc
  .date({ noInvalidDate: true, min: new Date('2000-01-01'), max: new Date('2100-01-01') })
  .map((at) => at.toISOString());
const trace = fc.option(fc.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/u), { nil: undefined });
const attribute = fc.constantFrom('source', 'subject', 'time', 'place', 'xsource');
const program: fc.Arbitrary<Program> = fc
  .record({
    agreement: fc.record({ id: text, version: fc.nat(), digest }),
    grant: text,
    provider: text,
    recipient: text,
    eventType: text,
    purpose: text,
    powers: fc.array(text),
    narrowedBy: fc.option(digest, { nil: undefined }),
    granted: fc.uniqueArray(attribute),
  })
  .map(({ narrowedBy, granted, ...rest }) => {
    const made = {
      ...rest,
      ...(narrowedBy === undefined ? {} : { narrowedBy }),
      from: '2026-01-01',
      until: '2027-01-01',
      rows: undefined,
      attributes: granted.map((field) => ({ kind: 'leaf', field, form: 'clear' }) as const),
      data: { kind: 'object', members: new Map() },
    };
    return made as unknown as Program;
  });
const released = fc.record({
  outcome: fc.constant('released' as const),
  id: fc.stringMatching(/^[A-Za-z0-9_-]{22}$/u),
  values: fc.dictionary(attribute, fc.oneof(text, fc.boolean(), fc.integer())),
  data: fc.dictionary(text, fc.jsonValue() as fc.Arbitrary<Json>, { noNullPrototype: true }),
  fields: fc.array(text),
});
const reason = fc.constantFrom('rows-not-met' as const, 'form-failed' as const);
const withheld = fc.record({
  outcome: fc.constant('withheld' as const),
  reason,
  field: fc.option(text, { nil: undefined }),
});

/** What a reader of the blocks gets. */
async function read(write: (writer: BlockWriter) => void): Promise<unknown[]> {
  const writer = new BlockWriter();
  write(writer);
  return (await writer.end()).flatMap((block) => decodeBlock<unknown>(block));
}
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const textOf = (one: string | undefined) => (one === undefined ? NO_TRACE : traceText(one));

describe('lines put together from prepared texts say what the items say', () => {
  it('of accepted events', async () => {
    const context = fc.record({ provider: text, type: text, schema: digest });
    const events = fc.array(fc.record({ receipt, time, trace }));
    await fc.assert(
      fc.asyncProperty(context, events, async (one, all) => {
        const items = await read((audit) => {
          const write = acceptedLines(one, audit);
          for (const event of all) write(event.receipt, event.time, textOf(event.trace));
        });
        expect(items).toEqual(all.map((event) => plainAccepted(one, event.receipt, event.time, event.trace)));
      }),
    );
  });

  it('of decisions', async () => {
    const decided = fc.array(fc.record({ receipt, decision: fc.oneof(released, withheld), trace }));
    // The engine gives the same list again and again, so lists are shared here too.
    const lists = fc.array(fc.array(text), { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(program, time, decided, lists, async (one, now, all, fields) => {
        const given = all.map((event, index) =>
          event.decision.outcome === 'released'
            ? {
                ...event,
                decision: { ...event.decision, attributes: {}, fields: fields[index % fields.length]! },
              }
            : { ...event, decision: event.decision },
        );
        const items = await read((audit) => {
          const lines = entryLines(one, now, audit);
          for (const { receipt: of, decision, trace: traced } of given) {
            if (decision.outcome === 'released')
              lines.released(of, decision.id, decision.fields, textOf(traced));
            else lines.withheld(of, decision.reason, decision.field, textOf(traced));
          }
        });
        const expected = given.map((event) =>
          plainDecision(one, event.receipt, now, event.decision as Decision, event.trace),
        );
        expect(items).toEqual(plain(expected));
      }),
    );
  });

  it('of disclosures, whether the source is granted or not', async () => {
    const disclosed = fc.array(fc.record({ released, trace }));
    await fc.assert(
      fc.asyncProperty(program, disclosed, async (one, all) => {
        const given = all.map(({ released: { values, data, ...decision }, trace: traced }) => {
          const granted = one.attributes.filter(({ field }) => Object.hasOwn(values, field));
          const attributes = Object.fromEntries(granted.map(({ field }) => [field, values[field]!]));
          return { decision: { ...decision, attributes, data }, traced };
        });
        const items = await read((mail) => {
          for (const { decision, traced } of given) {
            const members = Object.entries(decision.attributes).map(
              ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},`,
            );
            const attributes = toByteText(members.join(''));
            const data = toByteText(JSON.stringify(decision.data));
            writeDisclosure(mail, one, { id: decision.id, attributes, data }, textOf(traced));
          }
        });
        const expected = given.map(({ decision, traced }) => plainDisclosure(one, decision, traced));
        expect(items).toEqual(plain(expected));
      }),
    );
  });

  it('without a member that stands there twice, of which readers would take one or the other', async () => {
    const [granting] = fc.sample(program, 1);
    const one = { ...granting!, attributes: [{ kind: 'leaf', field: 'source', form: 'clear' }] } as never;
    for (const attributes of ['', '"source":"urn:a",', '"time":"\\"source\\":",']) {
      const writer = new BlockWriter();
      writeDisclosure(writer, one, { id: 'x', attributes, data: '{}' }, NO_TRACE);
      const [block] = await writer.end();
      // Refuses what stands twice.
      const event = parseStrict(await textOfBlock(block!)) as { event: { source: string } };
      expect(event.event.source).toEqual(
        attributes.startsWith('"source"') ? 'urn:a' : expect.stringMatching(/^urn:concordat/u),
      );
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toByteText, type AuditItem, type Disclosure, type EventContext } from '@concordat/exchange';
import type { Decision, Program } from '@concordat/policy';
import type { Digest, Json } from '@concordat/record';
import { disclosureLine } from './disclosure-line.js';
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

const read = (line: string): unknown => JSON.parse(Buffer.from(line, 'latin1').toString('utf8'));
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const textOf = (one: string | undefined) => (one === undefined ? NO_TRACE : traceText(one));

describe('lines put together from prepared texts say what the items say', () => {
  it('of an accepted event', () => {
    const context = fc.record({ provider: text, type: text, schema: digest });
    fc.assert(
      fc.property(context, receipt, time, trace, (one, of, at, traced) => {
        const line = acceptedLines(one)(of, at, textOf(traced));
        expect(read(line)).toEqual(plainAccepted(one, of, at, traced));
      }),
    );
  });

  it('of a decision', () => {
    fc.assert(
      fc.property(
        program,
        receipt,
        time,
        fc.oneof(released, withheld),
        trace,
        (one, of, now, decision, traced) => {
          const lines = entryLines(one, now);
          // Twice, because what was prepared the first time is used the second time.
          for (let round = 0; round < 2; round += 1) {
            const line =
              decision.outcome === 'released'
                ? lines.released(of, decision.id, decision.fields, textOf(traced))
                : lines.withheld(of, decision.reason, decision.field, textOf(traced));
            const same = decision.outcome === 'released' ? { ...decision, attributes: {} } : decision;
            expect(read(line)).toEqual(plain(plainDecision(one, of, now, same as Decision, traced)));
          }
        },
      ),
    );
  });

  it('of a disclosure, whether the source is granted or not', () => {
    fc.assert(
      fc.property(program, released, trace, (one, { values, data, ...decision }, traced) => {
        const given = one.attributes.filter(({ field }) => Object.hasOwn(values, field));
        const attributes = Object.fromEntries(given.map(({ field }) => [field, values[field]!]));
        const members = Object.entries(attributes).map(
          (entry) => `${JSON.stringify(entry[0])}:${JSON.stringify(entry[1])},`,
        );
        const line = disclosureLine(
          one,
          {
            id: decision.id,
            attributes: toByteText(members.join('')),
            data: toByteText(JSON.stringify(data)),
          },
          textOf(traced),
        );
        const expected = plainDisclosure(one, { ...decision, attributes, data }, traced);
        expect(read(line)).toEqual(plain(expected));
        // No member stands there twice, of which readers would take one or the other.
        expect(line.match(/"source":/gu)?.length).toBe(JSON.stringify(expected).match(/"source":/gu)?.length);
      }),
    );
  });
});

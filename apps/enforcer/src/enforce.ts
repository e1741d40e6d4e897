import type { IncomingRecord, RoutedRecord } from '@concordat/event-log';
import {
  auditRecords,
  encodeBlocks,
  entryId,
  topics,
  type AcceptedEvent,
  type AuditEntry,
  type AuditItem,
  type DisclosedEvent,
  type Disclosure,
} from '@concordat/exchange';
import { decide, type Decision, type Program, type Secret } from '@concordat/policy';
import { parseStrict } from '@concordat/record';
import { activeTrace, contextOf, counter, inSpan, SpanKind, traceparentOf } from '@concordat/telemetry';
import type { GrantInForce } from './agreements/agreements-in-force.js';

/** What a batch of events is decided by. */
export interface EnforceContext {
  /** The grants by which an event is decided, as their agreements stand at that time. */
  readonly grantsFor: (provider: string, eventType: string, now: string) => readonly GrantInForce[];
  /** RFC 3339, UTC. */
  readonly now: string;
  readonly secret: Secret;
}

/** What comes of a batch, before it is put into blocks. */
interface Outcome {
  readonly disclosures: Map<string, Disclosure[]>;
  readonly audit: AuditItem[];
}

const decisions = counter('concordat.enforcer.decisions', 'Decisions, by outcome and reason');

/**
 * Decides each event of a batch for each recipient, and gives what is to be written: the disclosures, in
 * blocks for each recipient, and an audit entry for every event and every decision. Has no effects.
 */
export function enforce(
  partition: number,
  records: readonly IncomingRecord[],
  context: EnforceContext,
): RoutedRecord[] {
  const outcome: Outcome = { disclosures: new Map(), audit: [] };
  for (const record of records) enforceOne(record, context, outcome);
  return [...disclosureRecords(partition, outcome.disclosures), ...auditRecords(outcome.audit)];
}

function enforceOne(record: IncomingRecord, context: EnforceContext, outcome: Outcome): void {
  const accepted = readAccepted(record);
  inSpan(
    'enforce',
    {
      parent: contextOf(record.headers['traceparent']),
      kind: SpanKind.CONSUMER,
      attributes: { 'concordat.receipt': accepted.receipt },
    },
    () => {
      outcome.audit.push(toItem(acceptedEntry(accepted)));
      const grants = context.grantsFor(accepted.provider, accepted.event.type, context.now);
      for (const { program, standing } of grants) {
        const decision = decide(program, accepted.event, {
          provider: accepted.provider,
          now: context.now,
          secret: context.secret,
          standing,
        });
        decisions(1, {
          outcome: decision.outcome,
          reason: decision.outcome === 'withheld' ? decision.reason : 'granted',
        });
        outcome.audit.push(toItem(decisionEntry(accepted, program, decision, context.now)));
        if (decision.outcome === 'released') addDisclosure(outcome.disclosures, program, decision);
      }
    },
  );
}

function readAccepted({ value }: IncomingRecord): AcceptedEvent {
  if (value === null) throw new TypeError('An event’s record has no value');
  return parseStrict(value) as unknown as AcceptedEvent;
}

function addDisclosure(
  disclosures: Map<string, Disclosure[]>,
  program: Program,
  { id, attributes, data }: Extract<Decision, { outcome: 'released' }>,
): void {
  const { agreement, recipient, eventType } = program;
  const event: DisclosedEvent = {
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
  };
  const traceparent = traceparentOf();
  const disclosure: Disclosure = { recipient, ...(traceparent === undefined ? {} : { traceparent }), event };
  const list = disclosures.get(recipient);
  if (list === undefined) disclosures.set(recipient, [disclosure]);
  else list.push(disclosure);
}

/** One recipient's disclosures from one lane share a key, so that they stay in the lane's order. */
function disclosureRecords(
  partition: number,
  disclosures: ReadonlyMap<string, readonly Disclosure[]>,
): RoutedRecord[] {
  return [...disclosures].flatMap(([recipient, list]) =>
    encodeBlocks(list).map((value) => ({
      topic: topics.disclosures,
      key: `${recipient}/${partition}`,
      value,
    })),
  );
}

function acceptedEntry({ receipt, accepted, provider, event }: AcceptedEvent): AuditEntry {
  return {
    id: entryId('event.accepted', receipt),
    type: 'event.accepted',
    occurred: accepted,
    ...traceMember(),
    receipt,
    eventType: event.type,
    provider,
  };
}

function decisionEntry(
  { receipt, provider, event }: AcceptedEvent,
  { agreement, narrowedBy, grant, recipient, purpose, powers }: Program,
  decision: Decision,
  now: string,
): AuditEntry {
  const exchange = {
    id: entryId('decision', receipt, agreement.digest, grant, recipient),
    occurred: now,
    ...traceMember(),
    receipt,
    eventType: event.type,
    provider,
    recipient,
    agreement,
    ...(narrowedBy === undefined ? {} : { narrowedBy }),
    grant,
    purpose,
    powers,
  };
  if (decision.outcome === 'released') {
    return { ...exchange, type: 'disclosure.released', disclosure: decision.id, fields: decision.fields };
  }
  const { reason, field } = decision;
  return { ...exchange, type: 'disclosure.withheld', reason, ...(field === undefined ? {} : { field }) };
}

function toItem(entry: AuditEntry): AuditItem {
  const traceparent = traceparentOf();
  return traceparent === undefined ? { entry } : { entry, traceparent };
}

function traceMember(): { trace?: string } {
  const trace = activeTrace();
  return trace === undefined ? {} : { trace };
}

import { setImmediate } from 'node:timers/promises';
import type { IncomingRecord, RoutedRecord } from '@concordat/event-log';
import {
  BlockWriter,
  decodeEvents,
  MAX_BLOCK_ITEMS,
  topics,
  type ArrivedEvent,
  type EventContext,
} from '@concordat/exchange';
import type { TextDecision } from '@concordat/policy';
import type { ByteText } from '@concordat/record';
import { counter } from '@concordat/telemetry';
import type { GrantInForce } from './agreements/agreements-in-force.js';
import type { Engines } from './engines.js';
import { writeDisclosure } from './lines/disclosure-line.js';
import { acceptedLines, entryLines, type EntryLines } from './lines/entry-lines.js';
import type { TraceText } from './lines/trace-text.js';
import { tracer } from './tracer.js';

/** What a batch of events is decided by. */
export interface EnforceContext {
  /** The grants by which an event is decided, as their agreements stand at that time. */
  readonly grantsFor: (provider: string, eventType: string, now: string) => readonly GrantInForce[];
  readonly engines: Engines;
  /** RFC 3339, UTC. */
  readonly now: string;
}

const decisions = counter('concordat.enforcer.decisions', 'Decisions, by outcome and reason');

/**
 * Decides each event of a batch for each recipient, and gives what is to be written: the disclosures, in
 * blocks for each recipient, and an audit entry for every event and every decision. Has no effects.
 *
 * While one part of the batch is decided, what was written for the one before is compressed on other threads.
 */
export async function enforce(
  records: readonly IncomingRecord[],
  context: EnforceContext,
): Promise<RoutedRecord[]> {
  const events = (await Promise.all(records.map(eventsOf))).flat();
  const batch = new Batch(context);
  for (let from = 0; from < events.length; from += MAX_BLOCK_ITEMS) {
    // Heartbeats and the commits of other lanes have their turn.
    if (from > 0) await setImmediate();
    batch.decide(events.slice(from, from + MAX_BLOCK_ITEMS));
  }
  return batch.end();
}

function eventsOf({ value }: IncomingRecord): Promise<ArrivedEvent[]> {
  if (value === null) throw new TypeError('A record of events has no value');
  return decodeEvents(value);
}

/** What comes of a batch. */
class Batch {
  readonly #context: EnforceContext;
  readonly #disclosures = new Map<string, BlockWriter>();
  readonly #audit = new BlockWriter();
  readonly #groups = new Map<string, Group>();
  readonly #entryLines = new Map<GrantInForce['program'], EntryLines>();
  readonly #counts = new Map<string, number>();
  readonly #traceOf = tracer();

  constructor(context: EnforceContext) {
    this.#context = context;
  }

  decide(events: readonly ArrivedEvent[]): void {
    const decided = new Map<string, Decided>();
    for (const { context } of events) {
      if (!decided.has(context)) decided.set(context, this.#decideAll(context, events));
    }
    // In the order of the events, whatever their types: a recipient gets what happened first first.
    for (const event of events) {
      const { writeAccepted, next } = decided.get(event.context) as Decided;
      const trace = this.#traceOf(event.receipt, event.traceparent);
      writeAccepted(event.receipt, event.accepted, trace);
      for (const decision of next()) this.#write(event.receipt, decision, trace);
    }
  }

  async end(): Promise<RoutedRecord[]> {
    for (const [name, count] of this.#counts) {
      const [outcome = '', reason = ''] = name.split(' ');
      decisions(count, { outcome, reason });
    }
    const audit = this.#audit.end();
    const records: RoutedRecord[] = [];
    for (const [recipient, writer] of this.#disclosures) {
      for (const value of await writer.end()) {
        records.push({ topic: topics.disclosures, key: recipient, value });
      }
    }
    for (const value of await audit) records.push({ topic: topics.audit, key: 'audit', value });
    return records;
  }

  /** All events of one context at once. */
  #decideAll(name: string, events: readonly ArrivedEvent[]): Decided {
    const { provider, writeAccepted, standings, engine } = this.#groupOf(name);
    if (engine === undefined) return { writeAccepted, next: () => [] };
    const texts = events.filter((event) => event.context === name).map(({ event }) => event);
    const all = engine.decide(texts, { provider, now: this.#context.now, standings });
    let at = 0;
    return { writeAccepted, next: () => all[at++] ?? [] };
  }

  /** The batch is decided at one moment: what its first events of a context are decided by holds for all of them. */
  #groupOf(name: string): Group {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const { grantsFor, engines, now } = this.#context;
    const context = contextNamed(name);
    const grants = grantsFor(context.provider, context.type, now);
    const group = {
      provider: context.provider,
      writeAccepted: acceptedLines(context, this.#audit),
      standings: grants.map(({ standing }) => standing),
      engine: grants.length === 0 ? undefined : engines.engineFor(name, grants),
    };
    this.#groups.set(name, group);
    return group;
  }

  #write(receipt: string, decision: TextDecision, trace: TraceText): void {
    const { program, outcome } = decision;
    const lines = this.#linesOf(program);
    if (outcome === 'released') {
      this.#count('released granted');
      lines.released(receipt, decision.id, decision.fields, trace);
      writeDisclosure(this.#mailOf(program.recipient), program, decision, trace);
    } else {
      const { reason, field } = decision;
      this.#count(`withheld ${reason}`);
      lines.withheld(receipt, reason, field, trace);
    }
  }

  #linesOf(program: GrantInForce['program']): EntryLines {
    const known = this.#entryLines.get(program);
    if (known !== undefined) return known;
    const lines = entryLines(program, this.#context.now, this.#audit);
    this.#entryLines.set(program, lines);
    return lines;
  }

  #mailOf(recipient: string): BlockWriter {
    const known = this.#disclosures.get(recipient);
    if (known !== undefined) return known;
    const writer = new BlockWriter();
    this.#disclosures.set(recipient, writer);
    return writer;
  }

  #count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}

/** What the events of one context have in common. */
interface Group {
  readonly provider: string;
  readonly writeAccepted: ReturnType<typeof acceptedLines>;
  readonly standings: readonly GrantInForce['standing'][];
  /** None where no grant is about such events. */
  readonly engine: ReturnType<Engines['engineFor']> | undefined;
}

/** The decisions of one context’s events, to be taken one event after the other. */
interface Decided {
  readonly writeAccepted: ReturnType<typeof acceptedLines>;
  readonly next: () => readonly TextDecision[];
}

/** There are as many as event types and versions of their schemas; more are not kept. */
const MAX_CONTEXTS = 10_000;
const contexts = new Map<string, EventContext>();

/** The context of an event by its text, which is read once. */
function contextNamed(text: string): EventContext {
  const known = contexts.get(text);
  if (known !== undefined) return known;
  if (contexts.size >= MAX_CONTEXTS) contexts.clear();
  const context = readContext(text);
  contexts.set(text, context);
  return context;
}

function readContext(text: ByteText): EventContext {
  try {
    return JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as EventContext;
  } catch {
    // The parser's message would quote it.
    throw new TypeError('An event’s context cannot be read');
  }
}

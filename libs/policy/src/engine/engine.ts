import { hash } from 'node:crypto';
import type { Standing } from '@concordat/agreement';
import { parseStrict, toByteText, type ByteText, type CloudEvent, type Json } from '@concordat/record';
import { decide } from '../interpreter/decide.js';
import { withheldByStanding, withheldByTerm } from '../interpreter/standing.js';
import type { Program } from '../program/program.js';
import type { WithheldReason } from '../reasons.js';
import { DISCLOSURE_ID_BYTES, disclosureIds, disclosureKey, type Secret } from '../values/secrets.js';
import { EventText } from './event-text.js';
import { Place } from './places.js';
import { ProjectionMaker, type Projected, type Projection } from './projection.js';
import { Kind } from './scanner.js';

/** A decision of which the released part is text already. */
export type TextDecision =
  | {
      readonly outcome: 'released';
      readonly program: Program;
      readonly id: string;
      /** The granted attributes that the event has, as members of an object, each with a comma after it. */
      readonly attributes: ByteText;
      /** A JSON object. */
      readonly data: ByteText;
      /** As in `Decision`; one and the same array for the same fields, so that something can be kept for it. */
      readonly fields: readonly string[];
    }
  | {
      readonly outcome: 'withheld';
      readonly program: Program;
      readonly reason: WithheldReason;
      readonly field?: string;
    };

/** What the decisions of a batch depend on besides the programs and the events. */
export interface BatchContext {
  /** The agency that published the events, by its access token. */
  readonly provider: string;
  /** RFC 3339, UTC: the time at which they are decided. */
  readonly now: string;
  /** How each program's agreement stands at that time; left out as in `DecisionContext`. */
  readonly standings?: readonly (Standing | undefined)[];
}

/** A program with what is prepared for it. */
interface Prepared {
  readonly program: Program;
  readonly projection: Projection;
  readonly ids: (names: Uint8Array) => string[];
}

/**
 * Decides as `decide` does, for many recipients and many events, from the events' text: an event is read once for all
 * programs, only where some program looks, and what several recipients may have is written once. Where it is not sure
 * of a text it leaves that event to `decide`.
 *
 * Not for use by two at the same time: it keeps the event at hand.
 */
export class Engine {
  readonly #prepared: readonly Prepared[];
  readonly #secret: Secret;
  readonly #event = new EventText();
  readonly #root = new Place();
  readonly #projections: ProjectionMaker;

  /** @param programs usually of one event type; the decisions come in their order */
  constructor(programs: readonly Program[], secret: Secret) {
    this.#secret = secret;
    for (const name of ['id', 'source', 'type', 'data']) this.#root.member(name);
    this.#projections = new ProjectionMaker(this.#event, this.#root, secret);
    this.#prepared = programs.map((program) => ({
      program,
      projection: this.#projections.make(program),
      ids: disclosureIds(
        disclosureKey({ agreement: program.agreement.id, recipient: program.recipient }, secret),
      ),
    }));
  }

  /**
   * @param events each the JSON text of one CloudEvent in UTF-8
   * @returns for each event a decision for each program
   * @throws TypeError when a text is no event; the message says nothing of it
   * @throws RangeError when there are standings, but not one for each program
   */
  decide(events: readonly Uint8Array[], context: BatchContext): TextDecision[][] {
    const { standings } = context;
    if (standings !== undefined && standings.length !== this.#prepared.length)
      throw new RangeError('There must be a standing for each program');
    const stops = this.#prepared.map(({ program }, index) => stopOf(program, context, standings?.[index]));
    const names = Buffer.alloc(events.length * DISCLOSURE_ID_BYTES);
    const decisions = events.map((bytes, index) => this.#decideOne(bytes, context, stops, names, index));
    this.#prepared.forEach(({ ids }, index) => setIds(decisions, index, names, ids));
    return decisions;
  }

  #decideOne(
    bytes: Uint8Array,
    context: BatchContext,
    stops: readonly Stop[],
    names: Buffer,
    index: number,
  ): Undecided[] {
    const slot = this.#event.read(bytes, this.#root);
    const type = slot === undefined ? undefined : this.#typeOf(slot);
    if (slot === undefined || type === undefined) return this.#decidePlainly(bytes, context);
    this.#projections.nextEvent();
    const undecided = this.#prepared.map(({ program, projection }, which): Undecided => {
      const { provider, other } = stops[which] as Stop;
      if (provider !== undefined) return withheld(program, provider);
      if (type !== program.eventType) return withheld(program, 'not-this-type');
      if (other !== undefined) return withheld(program, other);
      const projected = projection.project(slot);
      return projected.outcome === 'released'
        ? released(program, projected)
        : withheld(program, projected.reason, projected.field);
    });
    if (undecided.some(({ outcome }) => outcome === 'released')) this.#writeName(slot, names, index);
    return undecided;
  }

  /** The event's type; `undefined` when the text is not that of an event, or not as we write it. */
  #typeOf(slot: number): string | undefined {
    const event = this.#event;
    const [id, source, type, data] = [0, 1, 2, 3].map((index) => event.kind(event.member(slot, index)));
    const isEvent = [id, source, type].every((kind) => kind === Kind.text) && data === Kind.object;
    return isEvent ? event.string(event.member(slot, 2)) : undefined;
  }

  #writeName(slot: number, names: Buffer, index: number): void {
    const event = this.#event;
    const [id, source] = [event.json(event.member(slot, 0)), event.json(event.member(slot, 1))];
    names.write(
      hash('sha256', Buffer.from(`[${source},${id}]`, 'latin1'), 'binary'),
      index * DISCLOSURE_ID_BYTES,
      DISCLOSURE_ID_BYTES,
      'latin1',
    );
  }

  #decidePlainly(bytes: Uint8Array, context: BatchContext): TextDecision[] {
    const event = parseEvent(bytes);
    return this.#prepared.map(({ program }, index) => {
      const standing = context.standings?.[index];
      const { provider, now } = context;
      const decision = decide(program, event, {
        provider,
        now,
        secret: this.#secret,
        ...(standing && { standing }),
      });
      if (decision.outcome === 'withheld') return { ...decision, program };
      const { id, attributes, data, fields } = decision;
      return {
        outcome: 'released',
        program,
        id,
        attributes: Object.entries(attributes).map(memberText).join(''),
        data: toByteText(JSON.stringify(data)),
        fields,
      };
    });
  }
}

/** A released decision of which the id is still to come. */
type Undecided = TextDecision & { id?: string };

const released = (
  program: Program,
  { attributes, data, fields }: Extract<Projected, { outcome: 'released' }>,
) => ({ outcome: 'released', program, id: '', attributes, data, fields }) satisfies Undecided;

const withheld = (program: Program, reason: WithheldReason, field?: string): Undecided =>
  field === undefined
    ? { outcome: 'withheld', program, reason }
    : { outcome: 'withheld', program, reason, field };

/** All ids of one recipient in one go: the call costs more than the ids. */
function setIds(
  decisions: readonly Undecided[][],
  which: number,
  names: Buffer,
  idsOf: Prepared['ids'],
): void {
  const waiting: { id: string }[] = [];
  const blocks = Buffer.allocUnsafe(names.length);
  decisions.forEach((ofEvent, index) => {
    const decision = ofEvent[which] as Undecided;
    if (decision.outcome === 'withheld' || decision.id !== '') return;
    const start = index * DISCLOSURE_ID_BYTES;
    names.copy(blocks, waiting.length * DISCLOSURE_ID_BYTES, start, start + DISCLOSURE_ID_BYTES);
    waiting.push(decision);
  });
  if (waiting.length === 0) return;
  const ids = idsOf(blocks.subarray(0, waiting.length * DISCLOSURE_ID_BYTES));
  waiting.forEach((decision, index) => (decision.id = ids[index] as string));
}

/** Why nothing of a whole batch is released: what comes before the question of the type, and what after. */
interface Stop {
  readonly provider?: WithheldReason;
  readonly other?: WithheldReason;
}

function stopOf(program: Program, { provider, now }: BatchContext, standing: Standing | undefined): Stop {
  if (provider !== program.provider) return { provider: 'not-this-provider' };
  const reason = standing === undefined ? undefined : withheldByStanding(program, standing);
  const other = reason ?? withheldByTerm(program, now) ?? program.withholds;
  return other === undefined ? {} : { other };
}

function parseEvent(bytes: Uint8Array): CloudEvent {
  const value = readJson(bytes);
  if (!isEvent(value)) throw new TypeError('A record is no event');
  return value;
}

function readJson(bytes: Uint8Array): Json {
  try {
    return parseStrict(bytes);
  } catch {
    // The cause is not passed on: it may say something of what was read.
    return null;
  }
}

const isEvent = (value: Json): value is CloudEvent => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const { id, source, type, data } = value;
  const isObject = data !== null && typeof data === 'object' && !Array.isArray(data);
  return [id, source, type].every((text) => typeof text === 'string') && isObject;
};

const memberText = ([name, value]: [string, Json]): ByteText =>
  toByteText(`${JSON.stringify(name)}:${JSON.stringify(value)},`);

import { toByteText, type ByteText } from '@concordat/exchange';
import { decide, type Program, type Secret, type WithheldReason } from '@concordat/policy';
import type { Standing } from '@concordat/agreement';
import { parseStrict, type CloudEvent, type Json } from '@concordat/record';
import type { GrantInForce } from './agreements/agreements-in-force.js';

/** A decision of which the released part is text already. */
export type TextDecision =
  | {
      readonly outcome: 'released';
      readonly program: Program;
      readonly id: string;
      readonly attributes: ByteText;
      readonly data: ByteText;
      readonly fields: readonly string[];
    }
  | {
      readonly outcome: 'withheld';
      readonly program: Program;
      readonly reason: WithheldReason;
      readonly field?: string;
    };

interface Kept {
  readonly programs: readonly Program[];
  readonly engine: Engine;
}

/** More contexts than there are event types in use; what is left over from old schemas is let go of. */
const MAX_KEPT = 10_000;

/** Keeps one engine for each provider and event type, for as long as the same programs decide there. */
export class Engines {
  readonly #secret: Secret;
  readonly #kept = new Map<string, Kept>();

  constructor(secret: Secret) {
    this.#secret = secret;
  }

  /** @param name of the provider and the event type */
  engineFor(name: string, grants: readonly GrantInForce[]): Engine {
    const kept = this.#kept.get(name);
    if (kept !== undefined && isSame(kept.programs, grants)) return kept.engine;
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    const programs = grants.map(({ program }) => program);
    const engine = new Engine(programs, this.#secret);
    this.#kept.set(name, { programs, engine });
    return engine;
  }
}

const isSame = (programs: readonly Program[], grants: readonly GrantInForce[]): boolean =>
  programs.length === grants.length && grants.every(({ program }, index) => program === programs[index]);

/** Stands in for the engine of `policy`. */
export class Engine {
  readonly #programs: readonly Program[];
  readonly #secret: Secret;

  constructor(programs: readonly Program[], secret: Secret) {
    this.#programs = programs;
    this.#secret = secret;
  }

  decide(
    events: readonly Uint8Array[],
    context: {
      readonly provider: string;
      readonly now: string;
      readonly standings: readonly (Standing | undefined)[];
    },
  ): TextDecision[][] {
    return events.map((bytes) => {
      const event = parseStrict(bytes) as unknown as CloudEvent;
      return this.#programs.map((program, index) => {
        const standing = context.standings[index];
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
    });
  }
}

const memberText = ([name, value]: [string, Json]): ByteText =>
  toByteText(`${JSON.stringify(name)}:${JSON.stringify(value)},`);

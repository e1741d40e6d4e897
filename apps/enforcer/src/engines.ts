import { Engine, type Program, type Secret } from '@concordat/policy';
import type { GrantInForce } from './agreements/agreements-in-force.js';

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

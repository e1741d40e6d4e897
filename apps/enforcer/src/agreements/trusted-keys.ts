import {
  asItStoodFirst,
  rootsOf,
  traceKeys,
  type EndorsedKey,
  type FindKey,
  type NamedRoots,
} from '@concordat/agreement';
import type { Register } from '@concordat/register';
import type { Logger } from '@concordat/telemetry';

/**
 * The signing keys that this enforcer believes. The register says which keys there are; that one is an agency's
 * own follows only from another key of that agency, back to its first. So a key that was slipped into the
 * register signs nothing.
 */
export class TrustedKeys {
  readonly #register: Register;
  /** What the agencies themselves have told this enforcer's operator. */
  readonly #named: NamedRoots;
  readonly #logger: Logger;
  readonly #trusted = new Map<string, ReadonlySet<string>>();
  /** Those that were traced, or would be if nothing had been said of any key since. */
  readonly #everTrusted = new Map<string, ReadonlySet<string>>();
  readonly #untraced = new Set<string>();

  constructor(register: Register, named: NamedRoots, logger: Logger) {
    this.#register = register;
    this.#named = named;
    this.#logger = logger;
  }

  /** Finds a key of the register that is believed. */
  readonly find: FindKey = (kid) => {
    const key = this.#register.key(kid);
    return key !== undefined && this.#trusted.get(key.agency)?.has(kid) === true ? key : undefined;
  };

  /**
   * Finds a key, as it stood first, that is believed or was believed: by it is judged what stops an agreement.
   * That a key, or one that vouches for it, proves to have been stolen lifts no suspension.
   */
  readonly findForStops: FindKey = (kid) => {
    const key = this.#register.key(kid);
    if (key === undefined || this.#everTrusted.get(key.agency)?.has(kid) !== true) return undefined;
    return asItStoodFirst(key);
  };

  /** Traces the keys of an agency again, to be called after any news of one. @param now RFC 3339 */
  async trace(agency: string, now: string): Promise<void> {
    const keys = this.#register.signingKeys(agency);
    // A named key that the register lacks leaves nothing to trust: another in its place is not it.
    const roots = this.#named.get(agency) ?? rootsOf(keys);
    const trusted = await traceKeys(keys, roots, now);
    this.#trusted.set(agency, trusted);
    // An end that was added later is not part of what was vouched for.
    const statements = [...keys, ...keys.map(asItStoodFirst)];
    this.#everTrusted.set(agency, await traceKeys(statements, roots, now, asItStoodFirst));
    this.#alarm(keys.filter(({ kid }) => !trusted.has(kid)));
  }

  /** Traces the keys of all agencies. @param now RFC 3339 */
  async traceAll(now: string): Promise<void> {
    for (const agency of this.#register.agenciesWithKeys()) await this.trace(agency, now);
  }

  #alarm(untraced: readonly EndorsedKey[]): void {
    for (const { agency, kid } of untraced) {
      if (this.#untraced.has(kid)) continue;
      this.#untraced.add(kid);
      this.#logger.error(
        { agency, kid },
        'a signing key cannot be traced to the first of its agency: what it signs gives and lifts nothing',
      );
    }
  }
}

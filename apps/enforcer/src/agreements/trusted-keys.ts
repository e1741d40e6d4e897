import { traceAgencies, type FindKey, type NamedRoots, type TracedKeys } from '@concordat/agreement';
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
  readonly #traced = new Map<string, TracedKeys>();
  readonly #untraced = new Set<string>();

  constructor(register: Register, named: NamedRoots, logger: Logger) {
    this.#register = register;
    this.#named = named;
    this.#logger = logger;
  }

  /** Finds a key of the register that is believed. */
  readonly find: FindKey = (kid) => this.#ofItsAgency(kid)?.find(kid);

  /** Finds a key, as it stood first, that is believed or was believed: by it is judged what stops an agreement. */
  readonly findForStops: FindKey = (kid) => this.#ofItsAgency(kid)?.findForStops(kid);

  /** Traces the keys of an agency again, to be called after any news of one. @param now RFC 3339 */
  async trace(agency: string, now: string): Promise<void> {
    const traced = await traceAgencies(this.#register.signingKeys(agency), this.#named, now);
    this.#traced.set(agency, traced);
    this.#alarm(traced.untraced);
  }

  /** Traces the keys of all agencies. @param now RFC 3339 */
  async traceAll(now: string): Promise<void> {
    for (const agency of this.#register.agenciesWithKeys()) await this.trace(agency, now);
  }

  #ofItsAgency(kid: string): TracedKeys | undefined {
    const key = this.#register.key(kid);
    return key === undefined ? undefined : this.#traced.get(key.agency);
  }

  #alarm(untraced: TracedKeys['untraced']): void {
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

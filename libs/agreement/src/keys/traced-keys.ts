import type { FindKey } from '../signatures/jws.js';
import { rootsOf, traceKeys, type EndorsedKey, type NamedRoots } from './endorsement.js';
import { asItStoodFirst } from './validity.js';

/** Which signing keys are believed, and why. */
export interface TracedKeys {
  /** Finds a key that can be traced to the first of its agency. */
  readonly find: FindKey;
  /**
   * Finds a key, as it stood first, that can be traced or could be once: by it is judged what stops an agreement.
   * That a key, or one that vouches for it, proves to have been stolen lifts no suspension.
   */
  readonly findForStops: FindKey;
  /** The first keys, from which the others are traced. */
  readonly roots: readonly { readonly agency: string; readonly kid: string }[];
  /** Those that cannot be traced: what they sign gives and lifts nothing. */
  readonly untraced: readonly { readonly agency: string; readonly kid: string }[];
}

/**
 * Traces signing keys to the first of each agency. Whoever trusts that one need trust nobody for the others.
 *
 * @param keys all that is known of the agencies concerned; those to sign in with are left out
 * @param named first keys that are known from the agencies themselves: of such an agency nothing else is believed
 * @param now RFC 3339
 */
export async function traceAgencies(
  keys: readonly EndorsedKey[],
  named: NamedRoots,
  now: string,
): Promise<TracedKeys> {
  const signing = keys.filter(({ use }) => use === 'signing');
  const trusted = new Set<string>();
  const everTrusted = new Set<string>();
  const roots: TracedKeys['roots'][number][] = [];
  for (const agency of new Set(signing.map((key) => key.agency))) {
    const own = signing.filter((key) => key.agency === agency);
    // A named key that is not there leaves nothing to trust: another in its place is not it.
    const first = named.get(agency) ?? rootsOf(own);
    for (const kid of first) roots.push({ agency, kid });
    for (const kid of await traceKeys(own, first, now)) trusted.add(kid);
    // An end that was added later is not part of what was vouched for.
    const statements = [...own, ...own.map(asItStoodFirst)];
    for (const kid of await traceKeys(statements, first, now, asItStoodFirst)) everTrusted.add(kid);
  }
  const byKid = new Map(signing.map((key) => [key.kid, key]));
  return {
    find: (kid) => (trusted.has(kid) ? byKid.get(kid) : undefined),
    findForStops: (kid) => {
      const key = everTrusted.has(kid) ? byKid.get(kid) : undefined;
      return key === undefined ? undefined : asItStoodFirst(key);
    },
    roots,
    untraced: signing.filter(({ kid }) => !trusted.has(kid)).map(({ agency, kid }) => ({ agency, kid })),
  };
}

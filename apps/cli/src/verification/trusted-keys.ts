import { rootsOf, traceKeys, type EndorsedKey, type FindKey, type NamedRoots } from '@concordat/agreement';

/** The first key of an agency, to which its others are traced. */
export interface RootKey {
  readonly agency: string;
  readonly kid: string;
  /** Whether the user has named it, or it is merely the one that stands alone in the bundle. */
  readonly named: boolean;
}

export interface TrustedKeys {
  readonly find: FindKey;
  readonly roots: readonly RootKey[];
  /** Signing keys that cannot be traced to the first of their agency: what they signed counts for nothing. */
  readonly untraced: readonly { readonly agency: string; readonly kid: string }[];
}

/**
 * Traces the signing keys of a bundle to the first key of each agency, so that whoever trusts that one need trust
 * nobody for the others.
 *
 * @param named first keys that the user knows; of an agency that has one here, nothing else is believed
 * @param now RFC 3339
 */
export async function traceAll(
  keys: readonly EndorsedKey[],
  named: NamedRoots,
  now: string,
): Promise<TrustedKeys> {
  const signing = keys.filter(({ use }) => use === 'signing');
  const trusted = new Set<string>();
  const roots: RootKey[] = [];
  for (const agency of new Set(signing.map((key) => key.agency))) {
    const own = signing.filter((key) => key.agency === agency);
    const from = named.get(agency) ?? rootsOf(own);
    for (const kid of from) roots.push({ agency, kid, named: named.has(agency) });
    for (const kid of await traceKeys(own, from, now)) trusted.add(kid);
  }
  const byKid = new Map(signing.map((key) => [key.kid, key]));
  return {
    find: (kid) => (trusted.has(kid) ? byKid.get(kid) : undefined),
    roots,
    untraced: signing.filter(({ kid }) => !trusted.has(kid)).map(({ agency, kid }) => ({ agency, kid })),
  };
}

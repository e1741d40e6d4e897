import type { EndorsedKey } from '@concordat/agreement';
import { canonicalise } from '@concordat/record';

/**
 * What is known of a key after one more record about it. Who it belongs to never changes; its end only ever
 * comes nearer: a revocation is never taken back, and of two times the one that vouches for less counts. Nor does
 * it change when it runs out, or whether another key vouches for it: whoever could add that later could make another
 * key the first.
 *
 * @returns `undefined` when the record says something else about the key than what is known
 */
export function withNews(before: EndorsedKey, news: EndorsedKey): EndorsedKey | undefined {
  if (identityOf(before) !== identityOf(news)) return undefined;
  const { revokedAt, compromisedSince } = before;
  return {
    ...before,
    ...member('revokedAt', earlier(revokedAt, news.revokedAt)),
    ...member('compromisedSince', earlier(compromisedSince, news.compromisedSince)),
  };
}

/** What was vouched for, and by whom; a later end would part it from that word. */
function identityOf({
  agency,
  use,
  role,
  kid,
  jwk,
  validFrom,
  validUntil,
  endorsement,
}: EndorsedKey): string {
  return canonicalise({
    ...{ agency, use, role, kid, jwk, validFrom },
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(endorsement === undefined ? {} : { endorsement: { ...endorsement } }),
  });
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(other) < Date.parse(one) ? other : one;
}

const member = <K extends string, V>(name: K, value: V | undefined): { [name in K]?: V } =>
  value === undefined ? {} : ({ [name]: value } as { [name in K]?: V });

import { canonicalise } from '@concordat/record';
import {
  readHeader,
  refuse,
  signDetached,
  verifyDetached,
  type DetachedSignature,
  type FindKey,
  type PrivateKey,
} from '../signatures/jws.js';
import type { RegisteredKey } from './key.js';

const TYP = 'dsa-key+jws';

/** What is said of a key when it is registered, and never changes afterwards. */
export type KeyStatement = Pick<
  RegisteredKey,
  'agency' | 'use' | 'role' | 'kid' | 'jwk' | 'validFrom' | 'validUntil'
>;

/** A signing key as it stands in the register, with what vouches for it. */
export interface EndorsedKey extends RegisteredKey {
  /** By a signing key that the agency had before. Only an agency's first signing key has none. */
  readonly endorsement?: DetachedSignature;
}

/**
 * Vouches for a new key of the own agency with a signing key that the agency has already. So a register that was
 * taken over cannot add a key in the agency's name.
 */
export function endorseKey(
  statement: KeyStatement,
  by: { readonly role: string; readonly kid: string; readonly time: string },
  privateKey: PrivateKey,
): Promise<DetachedSignature> {
  const { role, kid, time } = by;
  return signDetached(textOf(statement), { typ: TYP, party: statement.agency, role, kid, time }, privateKey);
}

/**
 * Verifies that a signing key of the same agency vouches for a key.
 *
 * @param findKey finds keys that are trusted already, and no others
 * @param now RFC 3339
 * @throws BrokerError `signature-invalid`
 */
export async function verifyEndorsement(
  statement: KeyStatement,
  endorsement: DetachedSignature,
  findKey: FindKey,
  now: string,
): Promise<void> {
  const header = readHeader(endorsement, TYP);
  if (header.party !== statement.agency) throw refuse('an agency vouches only for its own keys');
  if (header.kid === statement.kid) throw refuse('a key does not vouch for itself');
  await verifyDetached(textOf(statement), endorsement, header, findKey, now);
}

/**
 * The signing keys of one agency that can be traced to its first one: each vouched for by another that was
 * valid at that moment. The order of the others does not matter.
 *
 * @param keys all that the register holds of the agency, in any order
 * @param roots the kids that are trusted by themselves
 * @param now RFC 3339
 * @param judgedAs how a key that vouches for another is judged: as it stands, or for what stops an agreement
 * `asItStoodFirst`
 */
export async function traceKeys(
  keys: readonly EndorsedKey[],
  roots: ReadonlySet<string>,
  now: string,
  judgedAs: (key: EndorsedKey) => RegisteredKey = (key) => key,
): Promise<ReadonlySet<string>> {
  const byKid = new Map(keys.map((key) => [key.kid, judgedAs(key)]));
  const trusted = new Set(keys.filter(({ kid }) => roots.has(kid)).map(({ kid }) => kid));
  const findKey: FindKey = (kid) => (trusted.has(kid) ? byKid.get(kid) : undefined);
  // Each round trusts at least one more key, or is the last.
  for (let before = -1; trusted.size > before;) {
    before = trusted.size;
    for (const key of keys) {
      if (trusted.has(key.kid) || key.endorsement === undefined) continue;
      try {
        await verifyEndorsement(key, key.endorsement, findKey, now);
        trusted.add(key.kid);
      } catch {
        // Perhaps in a later round, when the key that vouches for it has itself been traced.
      }
    }
  }
  return trusted;
}

function textOf({ agency, use, role, kid, jwk, validFrom, validUntil }: KeyStatement): string {
  const statement = { agency, use, role, kid, jwk: { ...jwk }, validFrom: inOneSpelling(validFrom) };
  return canonicalise(
    validUntil === undefined ? statement : { ...statement, validUntil: inOneSpelling(validUntil) },
  );
}

/** RFC 3339 writes one moment in many ways; the register keeps one of them. */
const inOneSpelling = (time: string): string => new Date(time).toISOString();

/** First keys as agencies have told them: by agency, its kids. */
export type NamedRoots = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Reads `agency:kid` texts.
 *
 * @returns `undefined` when one of them is no such text
 */
export function readNamedRoots(texts: readonly string[]): NamedRoots | undefined {
  const roots = new Map<string, Set<string>>();
  for (const text of texts) {
    const [, agency, kid] = NAMED_ROOT.exec(text) ?? [];
    if (agency === undefined || kid === undefined) return undefined;
    roots.set(agency, (roots.get(agency) ?? new Set()).add(kid));
  }
  return roots;
}

const NAMED_ROOT = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*):([A-Za-z0-9_-]{43})$/u;

/**
 * The key by which all signing keys of an agency are traced: its only one that nobody vouches for. When there are
 * several, somebody has put one beside the first, and none of them is trusted by itself.
 *
 * @param keys of one agency
 */
export function rootsOf(keys: readonly EndorsedKey[]): ReadonlySet<string> {
  const alone = keys.filter(({ use, endorsement }) => use === 'signing' && endorsement === undefined);
  return new Set(alone.length === 1 ? alone.map(({ kid }) => kid) : []);
}

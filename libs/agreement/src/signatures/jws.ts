import { FlattenedSign, flattenedVerify, importJWK, type CryptoKey, type JWK } from 'jose';
import { BrokerError } from '@concordat/problem';
import { isTime, parseStrict, type Json } from '@concordat/record';
import { algorithmOf, thumbprint, type RegisteredKey } from '../keys/key.js';
import { CLOCK_TOLERANCE, whyKeyDoesNotVouch } from '../keys/validity.js';

/** A JWS over canonical bytes, which stand apart from it (RFC 7515, appendix F). */
export interface DetachedSignature {
  readonly protected: string;
  readonly signature: string;
}

/** What the protected header of every signature of ours says of who signed, when, and with which key. */
export interface SignatoryHeader {
  readonly alg: 'EdDSA' | 'ES256';
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  /** The agency that is signed for. */
  readonly party: string;
  /** The signatory's role in the party. */
  readonly role: string;
  /** RFC 3339, UTC, by the signatory's clock. */
  readonly time: string;
}

/** Finds the key of a thumbprint in the register. */
export type FindKey = (kid: string) => RegisteredKey | undefined;

export type PrivateKey = CryptoKey | JWK;

const IN_UTC = /T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/u;
const BASE64URL = /^[A-Za-z0-9_-]+$/u;
/** Besides these and `typ`, a header has the members that its kind of document needs. */
const COMMON = ['alg', 'kid', 'party', 'role', 'time'];

/** Signs a text. The private key stays with the caller. */
export async function signDetached(
  text: string,
  header: Omit<SignatoryHeader, 'alg'> & Readonly<Record<string, string>>,
  privateKey: PrivateKey,
): Promise<DetachedSignature> {
  const jws = await new FlattenedSign(new TextEncoder().encode(text))
    .setProtectedHeader({ ...header, alg: algorithmOfPrivateKey(privateKey) })
    .sign(privateKey);
  return { protected: jws.protected ?? '', signature: jws.signature };
}

function algorithmOfPrivateKey(key: PrivateKey): 'EdDSA' | 'ES256' {
  if ('crv' in key) return key.crv === 'P-256' ? 'ES256' : 'EdDSA';
  return 'algorithm' in key && key.algorithm.name === 'ECDSA' ? 'ES256' : 'EdDSA';
}

/**
 * Reads a protected header that must have exactly the common members, `typ`, and those named. Nothing in it is
 * to be trusted before {@link verifyDetached}.
 *
 * @throws BrokerError `signature-invalid`
 */
export function readHeader<M extends string>(
  signature: DetachedSignature,
  typ: string,
  more: readonly M[] = [],
): SignatoryHeader & Readonly<Record<M, string>> {
  requireBase64Url(signature.protected);
  requireBase64Url(signature.signature);
  const header = headerJson(signature.protected);
  if (header === null || typeof header !== 'object' || Array.isArray(header))
    throw refuse('its header is no object');
  // The exact set leaves no room for jwk, jku, x5u, x5c, crit or b64.
  const members = [...COMMON, 'typ', ...more].sort();
  if (Object.keys(header).sort().join() !== members.join()) {
    throw refuse(`its header must have exactly the members ${members.join(', ')}`);
  }
  if (header['typ'] !== typ) throw refuse(`typ is not "${typ}"`);
  const { alg, kid, party, role, time } = header;
  if (alg !== 'EdDSA' && alg !== 'ES256') throw refuse('alg is neither EdDSA nor ES256');
  if (typeof kid !== 'string' || typeof party !== 'string' || typeof role !== 'string') {
    throw refuse('kid, party and role must be strings');
  }
  if (typeof time !== 'string' || !IN_UTC.test(time) || !isTime(time)) {
    throw refuse('time is not an RFC 3339 time in UTC');
  }
  const rest = Object.fromEntries(more.map((name) => [name, header[name]]));
  if (Object.values(rest).some((value) => typeof value !== 'string')) {
    throw refuse(`${more.join(' and ')} must be strings`);
  }
  return { alg, kid, party, role, time, ...(rest as Record<M, string>) };
}

/**
 * Verifies that the key named by a header made the signature over the text, and vouches for it: registered for
 * signing in just this role of just this party, and valid at the time of signing.
 *
 * @param now RFC 3339; signatures from the future are refused
 * @throws BrokerError `signature-invalid`
 */
export async function verifyDetached(
  text: string,
  signature: DetachedSignature,
  header: SignatoryHeader,
  findKey: FindKey,
  now: string,
): Promise<void> {
  const key = requireKey(header, findKey, now);
  if ((await thumbprint(key.jwk)) !== key.kid) throw refuse('its key is registered under another key’s name');
  try {
    await flattenedVerify(
      // Named one by one: an unprotected header beside them, which nobody signed, goes no further.
      {
        protected: signature.protected,
        signature: signature.signature,
        payload: Buffer.from(text, 'utf8').toString('base64url'),
      },
      await importJWK({ ...key.jwk }, header.alg),
      { algorithms: [header.alg] },
    );
  } catch {
    throw refuse('it was not made over this text with the named key');
  }
}

/** The refusal of a signature. */
export const refuse = (why: string): BrokerError =>
  new BrokerError('signature-invalid', `The signature was refused because ${why}`);

function headerJson(encoded: string): Json {
  try {
    return parseStrict(Buffer.from(encoded, 'base64url'));
  } catch {
    throw refuse('its header is not strict JSON');
  }
}

/** Base64url that a lax decoder would also take in another spelling is refused. */
function requireBase64Url(text: unknown): void {
  const strict =
    typeof text === 'string' &&
    BASE64URL.test(text) &&
    Buffer.from(text, 'base64url').toString('base64url') === text;
  if (!strict) throw refuse('it is not base64url without padding');
}

function requireKey(header: SignatoryHeader, findKey: FindKey, now: string): RegisteredKey {
  const key = findKey(header.kid);
  if (key === undefined) throw refuse('its key is not registered, or no key of its agency vouches for it');
  if (key.agency !== header.party || key.role !== header.role || key.use !== 'signing') {
    throw refuse('its key is not registered for signing in this role of this party');
  }
  if (algorithmOf(key.jwk) !== header.alg) throw refuse('alg does not suit the key');
  const why = whyKeyDoesNotVouch(key, header.time);
  if (why !== undefined) throw refuse(why);
  if (Date.parse(header.time) > Date.parse(now) + CLOCK_TOLERANCE)
    throw refuse('it claims to come from the future');
  return key;
}

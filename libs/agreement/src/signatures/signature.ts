import { FlattenedSign, flattenedVerify, importJWK, type CryptoKey, type JWK } from 'jose';
import { BrokerError } from '@concordat/problem';
import { isTime, parseStrict, type Json } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import type { FrozenAgreement } from '../document/document.js';
import { algorithmOf, thumbprint, type RegisteredKey } from '../keys/key.js';

/** A JWS over an agreement's canonical bytes, which stand apart from it (RFC 7515, appendix F). */
export interface DetachedSignature {
  readonly protected: string;
  readonly signature: string;
}

/** What a signature's protected header says; exactly these members and no other. */
export interface SignatureHeader {
  readonly typ: 'dsa+jws';
  readonly alg: 'EdDSA' | 'ES256';
  readonly kid: string;
  readonly party: string;
  /** The signatory's role in the party. */
  readonly role: string;
  /** RFC 3339, UTC, by the signatory's clock. */
  readonly time: string;
}

/** Finds the key of a thumbprint in the register. */
export type FindKey = (kid: string) => RegisteredKey | undefined;

const HEADER_MEMBERS = ['alg', 'kid', 'party', 'role', 'time', 'typ'];
const IN_UTC = /T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/u;
const BASE64URL = /^[A-Za-z0-9_-]+$/u;
/** A signatory's clock may be ahead of the verifier's by so much, in ms. */
const CLOCK_TOLERANCE = 5 * 60 * 1000;

/**
 * Signs an agreement. The private key stays with the caller: this runs in the agency's tools, never in the
 * broker.
 */
export async function signAgreement(
  frozen: FrozenAgreement,
  signatory: { readonly party: string; readonly role: string; readonly kid: string; readonly time: string },
  privateKey: CryptoKey | JWK,
): Promise<DetachedSignature> {
  const alg = 'crv' in privateKey && privateKey.crv === 'P-256' ? 'ES256' : algorithmOfKey(privateKey);
  const header: SignatureHeader = { typ: 'dsa+jws', alg, ...signatory };
  const jws = await new FlattenedSign(new TextEncoder().encode(frozen.text))
    .setProtectedHeader({ ...header })
    .sign(privateKey);
  return { protected: jws.protected ?? '', signature: jws.signature };
}

function algorithmOfKey(key: CryptoKey | JWK): 'EdDSA' | 'ES256' {
  return 'algorithm' in key && key.algorithm.name === 'ECDSA' ? 'ES256' : 'EdDSA';
}

/**
 * Verifies one signature by itself: header, key and bytes.
 *
 * @param now RFC 3339; signatures from the future are refused
 * @returns the protected header, which can then be trusted
 * @throws BrokerError `signature-invalid`
 */
export async function verifySignature(
  frozen: FrozenAgreement,
  signature: DetachedSignature,
  findKey: FindKey,
  now: string,
): Promise<SignatureHeader> {
  const header = readHeader(signature.protected);
  requireBase64Url(signature.signature);
  requireSignatory(frozen.agreement, header);
  const key = requireKey(header, findKey, now);
  if ((await thumbprint(key.jwk)) !== key.kid) throw refuse('its key is registered under another key’s name');
  try {
    await flattenedVerify(
      // Named one by one: an unprotected header beside them, which nobody signed, goes no further.
      {
        protected: signature.protected,
        signature: signature.signature,
        payload: Buffer.from(frozen.text, 'utf8').toString('base64url'),
      },
      await importJWK({ ...key.jwk }, header.alg),
      { algorithms: [header.alg] },
    );
  } catch {
    throw refuse('it was not made over this agreement with the named key');
  }
  return header;
}

/**
 * Whether everyone whom the agreement names has signed it, and nobody else.
 *
 * @throws BrokerError `signature-invalid` when one signature does not hold, or stands twice
 */
export async function verifyAllSignatures(
  frozen: FrozenAgreement,
  signatures: readonly DetachedSignature[],
  findKey: FindKey,
  now: string,
): Promise<'complete' | 'incomplete'> {
  const missing = new Set(requiredSignatories(frozen.agreement));
  for (const signature of signatures) {
    const { party, role } = await verifySignature(frozen, signature, findKey, now);
    if (!missing.delete(signatoryName(party, role))) throw refuse('the same signatory has signed twice');
  }
  return missing.size === 0 ? 'complete' : 'incomplete';
}

/** The exact set of signatories that an agreement names, each as a text that is unique to it. */
export const requiredSignatories = (agreement: Agreement): string[] =>
  agreement.parties.flatMap(({ agency, signatories }) =>
    signatories.map(({ role }) => signatoryName(agency, role)),
  );

const signatoryName = (party: string, role: string): string => `${party}/${role}`;

function readHeader(encoded: string): SignatureHeader {
  requireBase64Url(encoded);
  const header = headerJson(encoded);
  if (header === null || typeof header !== 'object' || Array.isArray(header))
    throw refuse('its header is no object');
  // The exact set leaves no room for jwk, jku, x5u, x5c, crit or b64.
  if (Object.keys(header).sort().join() !== HEADER_MEMBERS.join()) {
    throw refuse(`its header must have exactly the members ${HEADER_MEMBERS.join(', ')}`);
  }
  const { typ, alg, kid, party, role, time } = header;
  if (typ !== 'dsa+jws') throw refuse('typ is not "dsa+jws"');
  if (alg !== 'EdDSA' && alg !== 'ES256') throw refuse('alg is neither EdDSA nor ES256');
  if (typeof kid !== 'string' || typeof party !== 'string' || typeof role !== 'string') {
    throw refuse('kid, party and role must be strings');
  }
  if (typeof time !== 'string' || !IN_UTC.test(time) || !isTime(time)) {
    throw refuse('time is not an RFC 3339 time in UTC');
  }
  return { typ, alg, kid, party, role, time };
}

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

function requireSignatory(agreement: Agreement, { party, role }: SignatureHeader): void {
  const named = agreement.parties.some(
    ({ agency, signatories }) => agency === party && signatories.some((signatory) => signatory.role === role),
  );
  if (!named) throw refuse('the agreement does not name this party and role as a signatory');
}

function requireKey(header: SignatureHeader, findKey: FindKey, now: string): RegisteredKey {
  const key = findKey(header.kid);
  if (key === undefined) throw refuse('its key is not registered');
  if (key.agency !== header.party || key.role !== header.role || key.use !== 'signing') {
    throw refuse('its key is not registered for signing in this role of this party');
  }
  if (algorithmOf(key.jwk) !== header.alg) throw refuse('alg does not suit the key');
  if (key.revokedAt !== undefined) throw refuse('its key has been revoked');
  const signed = Date.parse(header.time);
  if (signed + CLOCK_TOLERANCE < Date.parse(key.validFrom))
    throw refuse('it was made before its key was valid');
  if (signed > Date.parse(now) + CLOCK_TOLERANCE) throw refuse('it claims to come from the future');
  return key;
}

const refuse = (why: string): BrokerError =>
  new BrokerError('signature-invalid', `The signature was refused because ${why}`);

import { calculateJwkThumbprint } from 'jose';
import { BrokerError } from '@concordat/problem';
import { isEd25519Point, isP256Point } from './curve-point.js';

/** A public key, as a JWK: Ed25519 or P-256, and nothing but its public members. */
export type PublicJwk =
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };

/** What a key may be used for. A key that signs agreements never authenticates, and the reverse. */
export type KeyUse = 'signing' | 'authentication';

/** A key in the register. The register only ever adds to what it says about a key. */
export interface RegisteredKey {
  readonly agency: string;
  readonly use: KeyUse;
  /** A signatory role (`legal`), or the role of a client (`system`). */
  readonly role: string;
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly jwk: PublicJwk;
  /** RFC 3339. The key vouches for nothing that was signed before this. */
  readonly validFrom: string;
  /** RFC 3339. The key vouches for nothing that was signed after this. */
  readonly validUntil?: string;
  /** RFC 3339. The key vouches for nothing that was signed from then on. */
  readonly revokedAt?: string;
  /** RFC 3339. Since then somebody else may have had the key: it vouches for nothing that was signed since. */
  readonly compromisedSince?: string;
}

/** 32 bytes in base64url without padding, with no bits left over in the last character. */
const COORDINATE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/u;

/**
 * Takes a JSON value for a public key. Members beyond the public ones are refused rather than dropped, so
 * that nobody believes that a private key may be sent here. So are points with which no signature, or anybody's
 * signature, would hold.
 *
 * @throws BrokerError `key-invalid`
 */
export function toPublicJwk(value: unknown): PublicJwk {
  if (value === null || typeof value !== 'object')
    throw new BrokerError('key-invalid', 'The key is not an object');
  const jwk = value as Record<string, unknown>;
  if (jwk['kty'] === 'OKP' && jwk['crv'] === 'Ed25519') {
    requireExactly(jwk, ['kty', 'crv', 'x']);
    const x = coordinate(jwk['x']);
    if (!isEd25519Point(Buffer.from(x, 'base64url'))) throw noPoint();
    return { kty: 'OKP', crv: 'Ed25519', x };
  }
  if (jwk['kty'] === 'EC' && jwk['crv'] === 'P-256') {
    requireExactly(jwk, ['kty', 'crv', 'x', 'y']);
    const x = coordinate(jwk['x']);
    const y = coordinate(jwk['y']);
    if (!isP256Point(x, y)) throw noPoint();
    return { kty: 'EC', crv: 'P-256', x, y };
  }
  throw new BrokerError('key-invalid', 'The key is neither Ed25519 nor P-256');
}

/** The key's name by its content (RFC 7638, SHA-256, base64url). */
export const thumbprint = (jwk: PublicJwk): Promise<string> => calculateJwkThumbprint(jwk);

/** The only JWS algorithm that a key may be used with. */
export const algorithmOf = (jwk: PublicJwk): 'EdDSA' | 'ES256' => (jwk.kty === 'OKP' ? 'EdDSA' : 'ES256');

function requireExactly(jwk: Record<string, unknown>, names: readonly string[]): void {
  const extra = Object.keys(jwk).filter((name) => !names.includes(name));
  if (extra.length > 0)
    throw new BrokerError('key-invalid', `The key has members beyond ${names.join(', ')}`);
}

function coordinate(value: unknown): string {
  if (typeof value === 'string' && COORDINATE.test(value)) return value;
  throw new BrokerError('key-invalid', 'A coordinate of the key is not 32 bytes in base64url');
}

const noPoint = (): BrokerError =>
  new BrokerError('key-invalid', 'The key is not a point of its curve that can be a public key');

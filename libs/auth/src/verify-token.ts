import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { BrokerError } from '@concordat/problem';
import { API_AUDIENCE, clientIdOf, isRole, scopesOfRole, type Role } from './roles.js';

/** Who makes a request, as the access token says. */
export interface Caller {
  readonly agency: string;
  readonly role: Role;
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
}

export type VerifyToken = (authorization: string | undefined) => Promise<Caller>;

/**
 * Verifies access tokens (RFC 9068) of one issuer.
 *
 * @param issuer the `iss` that tokens must have
 * @param jwksUri where the issuer's public keys are; fetched when needed, and again when a key is new
 */
export function tokenVerifier(issuer: string, jwksUri: string): VerifyToken {
  const keys = createRemoteJWKSet(new URL(jwksUri), { cooldownDuration: 5000, timeoutDuration: 3000 });
  return async (authorization) => callerOf(await verified(bearerToken(authorization), issuer, keys));
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) throw new BrokerError('no-token');
  const [scheme, token, ...rest] = authorization.split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) throw new BrokerError('no-token');
  return token;
}

async function verified(token: string, issuer: string, keys: JWTVerifyGetKey): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: API_AUDIENCE,
      typ: 'at+jwt',
      algorithms: ['EdDSA', 'ES256'],
      requiredClaims: ['exp', 'iat', 'client_id', 'agency', 'role'],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new BrokerError('expired-token');
    if (isRefusal(error)) throw new BrokerError('invalid-token');
    throw new BrokerError('unavailable', 'The keys of the token’s issuer cannot be read');
  }
}

/** Errors about the token itself, as against those about reaching the issuer's keys. */
const isRefusal = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout) &&
  !(error instanceof errors.JWKSInvalid) &&
  error.code !== 'ERR_JOSE_GENERIC';

/** The issuer may be somebody else's: what its token says must agree with itself and with the table of roles. */
function callerOf(payload: JWTPayload): Caller {
  const { agency, role, client_id: clientId, scope, cnf } = payload;
  // RFC 7800: a token bound to a key is worth nothing without a proof of that key, and none is checked here.
  if (cnf !== undefined) throw new BrokerError('invalid-token', 'The access token is bound to a key');
  if (typeof agency !== 'string' || !isRole(role) || clientId !== clientIdOf(agency, role)) {
    throw new BrokerError('invalid-token');
  }
  const allowed: readonly string[] = scopesOfRole[role];
  const asked = typeof scope === 'string' ? scope.split(' ') : [];
  return { agency, role, clientId, scopes: new Set(asked.filter((one) => allowed.includes(one))) };
}

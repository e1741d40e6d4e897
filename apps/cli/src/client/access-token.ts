import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import type { Credentials } from './credentials.js';
import { NoTokenError } from './no-token-error.js';
import { reach } from './reach.js';

/** A token is renewed so many ms before it ends, so that none ends on its way. */
const MARGIN = 20_000;

interface Token {
  readonly value: string;
  readonly ends: number;
}

/**
 * Gives access tokens for a client: asked for with a signed assertion (RFC 7523 §2.2), kept until shortly
 * before they end. Without a scope, a token says only who asks.
 */
export function accessTokens(credentials: Credentials): (scope: string) => Promise<string> {
  const known = new Map<string, Token>();
  return async (scope) => {
    const token = known.get(scope);
    if (token !== undefined && token.ends > Date.now()) return token.value;
    const fresh = await requestToken(credentials, scope);
    known.set(scope, fresh);
    return fresh.value;
  };
}

async function requestToken(
  { url, issuer = url, clientId, key }: Credentials,
  scope: string,
): Promise<Token> {
  const alg = key.kty === 'EC' ? 'ES256' : 'EdDSA';
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg, ...(key.kid === undefined ? {} : { kid: key.kid }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(await importJWK(key, alg));
  const response = await reach(`${issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scope === '' ? {} : { scope }),
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  });
  const body = (await response.json().catch(() => ({}))) as {
    access_token?: string;
    expires_in?: number;
    error_description?: string;
  };
  if (!response.ok || body.access_token === undefined) {
    throw new NoTokenError(clientId, response.status, body.error_description);
  }
  return { value: body.access_token, ends: Date.now() + (body.expires_in ?? 60) * 1000 - MARGIN };
}

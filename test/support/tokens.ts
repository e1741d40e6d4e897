import { randomUUID } from 'node:crypto';
import type { Credentials } from '@concordat/cli';
import { importJWK, SignJWT, type JWK, type JWTPayload } from 'jose';

/** Gets an access token as a client that is not ours would: by the documents alone. */
export async function accessToken(
  { url, issuer = url, clientId, key }: Credentials,
  scope?: string,
): Promise<string> {
  const response = await requestToken(issuer, await clientAssertion(clientId, key, issuer), clientId, scope);
  const body = (await response.json()) as { access_token?: string };
  if (body.access_token === undefined) throw new Error(`no token for ${clientId}: ${JSON.stringify(body)}`);
  return body.access_token;
}

export async function clientAssertion(
  clientId: string,
  key: JWK,
  audience: string,
  jti: string = randomUUID(),
): Promise<string> {
  const alg = key.kty === 'EC' ? 'ES256' : 'EdDSA';
  return new SignJWT()
    .setProtectedHeader({ alg, ...(key.kid === undefined ? {} : { kid: key.kid }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setJti(jti)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(await importJWK(key, alg));
}

export const requestToken = (
  issuer: string,
  assertion: string,
  clientId: string,
  scope?: string,
): Promise<Response> =>
  fetch(`${issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      ...(scope === undefined ? {} : { scope }),
    }),
  });

/** What a token of the issuer says, such as that of a publisher. */
export function tokenClaims(issuer: string, claims: JWTPayload = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: 'urn:concordat:api',
    sub: 'register-office.system',
    client_id: 'register-office.system',
    agency: 'register-office',
    role: 'system',
    scope: 'events:publish deliveries:receive schemas:write',
    jti: randomUUID(),
    iat: now,
    exp: now + 300,
    ...claims,
  };
}

/** A token as the issuer would make it, or as a forger would. */
export async function forgeToken(
  key: JWK | Uint8Array,
  claims: JWTPayload,
  header: { alg?: string; typ?: string; kid?: string } = {},
): Promise<string> {
  const alg = header.alg ?? 'ES256';
  return new SignJWT(claims)
    .setProtectedHeader({
      typ: 'at+jwt',
      ...(key instanceof Uint8Array ? {} : { kid: key.kid ?? '' }),
      ...header,
      alg,
    })
    .sign(key instanceof Uint8Array ? key : await importJWK(key, alg));
}

/** `alg: none`, which no library makes willingly (RFC 7518 §3.6). */
export const unsignedToken = (claims: JWTPayload, kid: string): string =>
  [{ alg: 'none', typ: 'at+jwt', kid }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.') + '.';

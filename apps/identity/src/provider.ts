import type { Adapter, JWK, Provider as OidcProvider } from 'oidc-provider';
import { allScopes, API_AUDIENCE, clientOf } from '@concordat/auth';
import { BrokerError, problemOf } from '@concordat/problem';
import type { Logger } from '@concordat/telemetry';
import { Provider } from './oidc-provider.js';

/** Seconds that an access token lasts. */
const TOKEN_LIFETIME = 300;

export interface ProviderOptions {
  readonly issuer: string;
  /** The private key that signs access tokens. */
  readonly signingKey: JWK;
  readonly adapterFor: (model: string) => Adapter;
  readonly logger: Logger;
}

/**
 * The authorisation server: client credentials with `private_key_jwt` (RFC 7523), and nothing else. Access
 * tokens are JWTs (RFC 9068) for the broker's API, with the client's agency and role.
 */
export function createProvider({ issuer, signingKey, adapterFor, logger }: ProviderOptions): OidcProvider {
  const provider = new Provider(issuer, {
    adapter: adapterFor,
    jwks: { keys: [signingKey] },
    scopes: [...allScopes],
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['EdDSA', 'Ed25519', 'ES256'] },
    clientDefaults: { id_token_signed_response_alg: signingKey.alg as 'ES256' },
    responseTypes: [],
    ttl: { ClientCredentials: TOKEN_LIFETIME },
    clockTolerance: 5,
    routes: { token: '/oauth/token', jwks: '/oauth/jwks' },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      // On by default, but not offered until the doors check the proofs.
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API_AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: allScopes.join(' '),
          audience: API_AUDIENCE,
          accessTokenTTL: TOKEN_LIFETIME,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: signingKey.alg as 'ES256' } },
        }),
      },
    },
    extraTokenClaims: (_ctx, token) => ({ ...clientOf(token.clientId ?? '') }),
    renderError: (ctx, out) => {
      ctx.type = 'json';
      ctx.body = out;
    },
  });
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.status !== 404 || ctx.body !== undefined) return;
    ctx.type = 'application/problem+json';
    ctx.body = JSON.stringify(problemOf(new BrokerError('not-found')));
    ctx.status = 404;
  });
  provider.on('server_error', (_ctx, error) => logger.error({ err: error }, 'the token endpoint failed'));
  provider.on('grant.error', (_ctx, error) =>
    logger.info({ error: error.error, detail: error.error_detail }, 'no access token was given'),
  );
  return provider;
}

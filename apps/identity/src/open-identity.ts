import type { IncomingMessage } from 'node:http';
import type { JWK } from 'oidc-provider';
import { thumbprint, toPublicJwk } from '@concordat/agreement';
import { topics } from '@concordat/exchange';
import type { Part } from '@concordat/http';
import { openDataSource, ping } from '@concordat/persistence';
import { followRegister } from '@concordat/register';
import { anyFailure, logRefused, type ServiceSettings, type Surroundings } from '@concordat/service';
import { ArtifactEntity } from './artifact.entity.js';
import { Artifacts } from './artifacts.js';
import { RegisteredClients } from './clients.js';
import { Artifacts1764000000001 } from './migrations.js';
import { createProvider } from './provider.js';

/** What identity is told besides what every app is. */
export interface IdentitySettings {
  /** The private key that signs access tokens: a JWK as JSON, with `kid` and `alg`. */
  readonly IDENTITY_SIGNING_KEY: string;
  /** The operator's public key: a JWK as JSON. */
  readonly OPERATOR_PUBLIC_KEY: string;
}

/** Opens identity: its database, its copy of the register, and the authorisation server. */
export async function openIdentity(
  { databaseUrl, log, logger }: Surroundings,
  settings: IdentitySettings & Pick<ServiceSettings, 'TOKEN_ISSUER'>,
): Promise<Part> {
  const signingKey = JSON.parse(settings.IDENTITY_SIGNING_KEY) as JWK;
  const operatorKey = toPublicJwk(JSON.parse(settings.OPERATOR_PUBLIC_KEY));
  const database = await openDataSource({
    url: databaseUrl,
    schema: 'identity',
    entities: [ArtifactEntity],
    migrations: [Artifacts1764000000001],
  });
  const followed = await followRegister(log, topics.agreements, undefined, logRefused(logger));
  await followed.caughtUp;
  const clients = new RegisteredClients(followed.register, {
    kid: await thumbprint(operatorKey),
    jwk: operatorKey,
  });
  const provider = createProvider({
    issuer: settings.TOKEN_ISSUER,
    signingKey,
    adapterFor: (model) => (model === 'Client' ? clients : new Artifacts(model, database)),
    logger,
  });
  const answer = provider.callback();
  return {
    name: 'identity',
    middleware: (request, response, next) => {
      if (isForProvider(request)) void answer(request, response);
      else next();
    },
    checks: { database: () => ping(database), log: () => log.ping() },
    failed: anyFailure([followed.failed]),
    stop: async () => {
      await followed.stop();
      await database.destroy();
    },
  };
}

function isForProvider({ url = '' }: IncomingMessage): boolean {
  const path = url.split('?')[0] ?? '';
  return path.startsWith('/oauth/') || path === '/.well-known/openid-configuration';
}

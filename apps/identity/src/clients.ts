import type { Adapter, AdapterPayload } from 'oidc-provider';
import { algorithmOf, isKeyUsable, type PublicJwk } from '@concordat/agreement';
import { clientIdOf, clientOf, OPERATOR_AGENCY, scopesOfRole } from '@concordat/auth';
import type { Register } from '@concordat/register';

/** A public key and its RFC 7638 thumbprint. */
export interface NamedKey {
  readonly kid: string;
  readonly jwk: PublicJwk;
}

/**
 * Clients are not kept: they follow from the register. A client is a role of an agency, and its keys are the
 * authentication keys that the agency has registered for that role and that are valid now. The operator's key comes from settings.
 */
export class RegisteredClients implements Adapter {
  readonly #register: Register;
  readonly #operatorKey: NamedKey;
  readonly #now: () => Date;

  constructor(register: Register, operatorKey: NamedKey, now: () => Date = () => new Date()) {
    this.#register = register;
    this.#operatorKey = operatorKey;
    this.#now = now;
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(this.#find(id));
  }

  #find(id: string): AdapterPayload | undefined {
    const client = clientOf(id);
    if (client === undefined) return undefined;
    const { agency, role } = client;
    const keys =
      role === 'operator'
        ? agency === OPERATOR_AGENCY
          ? [this.#operatorKey]
          : []
        : this.#register
            .authenticationKeys(agency, role)
            .filter((key) => isKeyUsable(key, this.#now().toISOString()));
    if (keys.length === 0) return undefined;
    return {
      client_id: clientIdOf(agency, role),
      token_endpoint_auth_method: 'private_key_jwt',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      scope: scopesOfRole[role].join(' '),
      jwks: { keys: keys.map(({ kid, jwk }) => ({ ...jwk, kid, alg: algorithmOf(jwk), use: 'sig' })) },
    };
  }

  // Clients are registered with the registry, never here.
  upsert(): Promise<void> {
    return Promise.reject(new Error('Clients are not kept here'));
  }
  destroy(): Promise<void> {
    return Promise.reject(new Error('Clients are not kept here'));
  }
  consume(): Promise<void> {
    return Promise.resolve();
  }
  findByUid(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  revokeByGrantId(): Promise<void> {
    return Promise.resolve();
  }
}

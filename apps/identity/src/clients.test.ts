import { expect, it } from 'vitest';
import type { RegisteredKey } from '@concordat/agreement';
import { Register } from '@concordat/register';
import { RegisteredClients } from './clients.js';

const NOW = '2026-06-01T12:00:00Z';
const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const;
const key = {
  agency: 'pensions',
  use: 'authentication',
  role: 'system',
  kid: 'one',
  jwk,
  validFrom: '2026-05-01T00:00:00Z',
} as const;

async function keysAt(now: string, ...keys: RegisteredKey[]): Promise<string[] | undefined> {
  const register = new Register();
  for (const one of keys) register.apply({ kind: 'key', ...one });
  const clients = new RegisteredClients(register, { kid: 'operator', jwk }, () => new Date(now));
  const client = await clients.find('pensions.system');
  return client?.jwks?.keys.map(({ kid }) => kid ?? '');
}

it('a client signs in with each of its keys that is valid now', async () => {
  const later = { ...key, kid: 'two', validFrom: '2026-05-20T00:00:00Z' };
  expect(await keysAt(NOW, key, later)).toEqual(['one', 'two']);
});

it.each<[string, Partial<RegisteredKey>]>([
  ['that is revoked', { revokedAt: '2026-05-31T00:00:00Z' }],
  ['that somebody else may have', { compromisedSince: '2026-05-31T00:00:00Z' }],
  ['that has run out', { validUntil: '2026-06-01T11:00:00Z' }],
  ['that is not yet valid', { validFrom: '2026-06-01T13:00:00Z' }],
])('with a key %s it does not', async (_, change) => {
  expect(await keysAt(NOW, { ...key, ...change })).toBeUndefined();
  expect(await keysAt(NOW, { ...key, ...change }, { ...key, kid: 'two' })).toEqual(['two']);
});

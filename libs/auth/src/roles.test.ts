import { expect, it } from 'vitest';
import { allScopes, clientIdOf, clientOf, isRole, scopesOfRole } from './roles.js';

/** The table once more, by hand: who may do what must never change by accident. */
it('each role has these scopes and no other', () => {
  expect(scopesOfRole).toEqual({
    system: ['events:publish', 'deliveries:receive', 'schemas:write'],
    legal: ['agreements:write', 'templates:write', 'keys:write', 'keys:revoke'],
    officer: ['audit:read'],
    oversight: ['audit:read'],
    operator: ['agencies:write', 'keys:write', 'lanes:write'],
  });
  expect(new Set(allScopes).size).toBe(allScopes.length);
});

it('an operator can neither read a payload, nor publish, nor sign, nor read the trail', () => {
  const { operator } = scopesOfRole;
  for (const scope of [
    'deliveries:receive',
    'events:publish',
    'agreements:write',
    'templates:write',
    'keys:revoke',
    'audit:read',
  ] as const) {
    expect(operator).not.toContain(scope);
  }
});

it.each(['constructor', 'toString', '__proto__', '', 'System', null, undefined, 1, ['system']])(
  '%j is no role',
  (value) => expect(isRole(value)).toBe(false),
);

it('a client’s name comes apart as it was put together', () => {
  expect(clientOf(clientIdOf('register-office', 'legal'))).toEqual({
    agency: 'register-office',
    role: 'legal',
  });
});

it.each([
  '',
  '.',
  'pensions',
  'pensions.',
  '.system',
  'pensions.admin',
  'pensions.constructor',
  'pensions.system.legal',
  'pensions.system.',
  'pensions..system',
  'pensions.System',
  'pensions.system ',
  'pensions,system',
])('%j is no client', (name) => expect(clientOf(name)).toBeUndefined());

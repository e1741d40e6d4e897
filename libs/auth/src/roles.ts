/** What an access token can allow. */
export type Scope =
  | 'events:publish'
  | 'deliveries:receive'
  | 'agreements:write'
  | 'audit:read'
  | 'agencies:write'
  | 'schemas:write'
  | 'keys:write'
  | 'keys:revoke'
  | 'templates:write'
  | 'lanes:write';

/** What kind of client or person acts. */
export type Role = 'system' | 'legal' | 'officer' | 'oversight' | 'operator';

/**
 * Who may ask for what: the one table. An operator can neither read a payload nor sign, and revokes no key: an
 * agency alone says that a key of its own is not to be trusted. Agreements are read with any scope.
 */
export const scopesOfRole: Readonly<Record<Role, readonly Scope[]>> = {
  system: ['events:publish', 'deliveries:receive', 'schemas:write'],
  legal: ['agreements:write', 'templates:write', 'keys:write', 'keys:revoke'],
  officer: ['audit:read'],
  oversight: ['audit:read'],
  operator: ['agencies:write', 'keys:write', 'lanes:write'],
};

export const allScopes: readonly Scope[] = [...new Set(Object.values(scopesOfRole).flat())];

export const isRole = (value: unknown): value is Role =>
  typeof value === 'string' && Object.hasOwn(scopesOfRole, value);

/** The audience of access tokens for the broker's API. */
export const API_AUDIENCE = 'urn:concordat:api';

/** The name under which the operator's own client stands; no agency can have it. */
export const OPERATOR_AGENCY = 'concordat';

/** `pensions` and `system` make the client `pensions.system`. Agency names hold no dots. */
export const clientIdOf = (agency: string, role: Role): string => `${agency}.${role}`;

/** The agency and role of a client's name; `undefined` for what is none. */
export function clientOf(clientId: string): { readonly agency: string; readonly role: Role } | undefined {
  const [agency, role, ...rest] = clientId.split('.');
  if (agency === undefined || agency === '' || rest.length > 0 || !isRole(role)) return undefined;
  return { agency, role };
}

/** The apps in the order of their start, each with the paths that it answers for. */
export const apps = [
  { name: 'registry', prefixes: ['/v1/agencies', '/v1/schemas', '/v1/templates', '/v1/agreements'] },
  { name: 'identity', prefixes: ['/oauth/', '/.well-known/openid-configuration'] },
  { name: 'ledger', prefixes: ['/v1/audit'] },
  { name: 'delivery', prefixes: ['/v1/deliveries'] },
  { name: 'enforcer', prefixes: [] },
  { name: 'intake', prefixes: ['/v1/events'] },
] as const;

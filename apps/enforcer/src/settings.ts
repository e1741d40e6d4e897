import { settingsSchema } from '@concordat/service';

export const enforcerSettings = settingsSchema(
  {
    ENFORCER_SECRET: {
      type: 'string',
      pattern: '^[A-Za-z0-9_-]{43,}$',
      description: 'at least 32 random bytes in base64url, the same for every enforcer, never changed',
    },
    FRESHNESS_LIMIT: {
      type: 'number',
      minimum: 1,
      default: 30,
      description: 'seconds of the registry’s silence after which nothing is released',
    },
    ROOT_KEYS: {
      type: 'array',
      items: { type: 'string', pattern: '^[a-z][a-z0-9-]*:[A-Za-z0-9_-]{43}$' },
      description:
        'the first signing keys of agencies as the agencies told you, each agency:kid, with commas between',
    },
  },
  ['ENFORCER_SECRET'],
);

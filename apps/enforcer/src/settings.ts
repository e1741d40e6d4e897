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
  },
  ['ENFORCER_SECRET'],
);

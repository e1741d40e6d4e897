import { settingsSchema } from '@concordat/service';

export const identitySettings = settingsSchema(
  {
    IDENTITY_SIGNING_KEY: {
      type: 'string',
      pattern: '^\\{',
      description: 'the private key that signs access tokens: a JWK as JSON, with kid and alg',
    },
    OPERATOR_PUBLIC_KEY: {
      type: 'string',
      pattern: '^\\{',
      description: 'the operator’s public key: a JWK as JSON',
    },
  },
  ['IDENTITY_SIGNING_KEY', 'OPERATOR_PUBLIC_KEY'],
);

import { settingsSchema } from '@concordat/service';

export const ledgerSettings = settingsSchema(
  {
    LEDGER_ORIGIN: {
      type: 'string',
      pattern: '^[^\\s+]+$',
      default: 'concordat.example/ledger',
      description: 'the name of the log, in every checkpoint',
    },
    LEDGER_SIGNING_KEY: {
      type: 'string',
      pattern: '^[A-Za-z0-9_-]+$',
      description: 'the Ed25519 key that signs checkpoints: PKCS #8 DER in base64url',
    },
  },
  ['LEDGER_SIGNING_KEY'],
);

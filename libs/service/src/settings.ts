import type { JsonObject } from '@concordat/record';

/** What every app is told by its environment. */
export interface ServiceSettings {
  readonly PORT: number;
  readonly HOST: string;
  /** `postgres://…`; each app keeps to a schema of its own in it. */
  readonly DATABASE_URL: string;
  /** Comma-separated `host:port`; without it the log is in Postgres. */
  readonly KAFKA_BROKERS?: string;
  /** How many lanes events and disclosures have; fixed once topics exist. */
  readonly LOG_PARTITIONS: number;
  /** The `iss` of access tokens. */
  readonly TOKEN_ISSUER: string;
  /** Where the issuer's public keys are. */
  readonly TOKEN_JWKS_URI: string;
}

/** The JSON Schema of {@link ServiceSettings}, to which an app adds its own. */
export const serviceSettings = {
  PORT: { type: 'integer', minimum: 0, maximum: 65535, default: 8080, description: 'the port to listen on' },
  HOST: { type: 'string', default: '127.0.0.1', description: 'the address to listen on' },
  DATABASE_URL: { type: 'string', pattern: '^postgres(ql)?://', description: 'the Postgres database' },
  KAFKA_BROKERS: {
    type: 'string',
    minLength: 1,
    description: 'Kafka’s brokers, host:port, separated by commas',
  },
  LOG_PARTITIONS: {
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    default: 6,
    description: 'the lanes of the log',
  },
  TOKEN_ISSUER: { type: 'string', pattern: '^https?://', description: 'the issuer of access tokens' },
  TOKEN_JWKS_URI: { type: 'string', pattern: '^https?://', description: 'where the issuer’s keys are' },
} as const satisfies Record<string, JsonObject>;

/** The schema of an app's settings. */
export const settingsSchema = (
  own: Record<string, JsonObject>,
  required: readonly string[] = [],
): JsonObject => ({
  type: 'object',
  properties: { ...serviceSettings, ...own },
  required: ['DATABASE_URL', 'TOKEN_ISSUER', 'TOKEN_JWKS_URI', ...required],
});

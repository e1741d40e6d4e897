import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.js';
import { readConfig } from './read-config.js';

interface Settings {
  readonly DATABASE_URL: string;
  readonly PORT: number;
  readonly LOG: 'kafka' | 'postgres';
  readonly KAFKA_BROKERS?: readonly string[];
  readonly TRACE: boolean;
}

const schema = {
  type: 'object',
  required: ['DATABASE_URL'],
  properties: {
    DATABASE_URL: { type: 'string', format: 'uri', description: 'Where the database is.' },
    PORT: { type: 'integer', minimum: 1, maximum: 65_535, default: 8080 },
    LOG: { enum: ['kafka', 'postgres'], default: 'postgres' },
    KAFKA_BROKERS: { type: 'array', items: { type: 'string', pattern: '^[^:]+:[0-9]+$' }, minItems: 1 },
    TRACE: { type: 'boolean', default: false },
    SIGNING_SECRET: { type: 'string', minLength: 32 },
  },
  if: { properties: { LOG: { const: 'kafka' } } },
  then: { required: ['KAFKA_BROKERS'] },
};

const DATABASE_URL = 'postgres://u:hunter2@localhost/db';

const problems = (env: Record<string, string>): Record<string, string> => {
  try {
    readConfig(schema, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.problems.map(({ setting, message }) => [setting, message]));
  }
  return {};
};

describe('readConfig', () => {
  it('gives texts the type that the schema asks for, fills in defaults and ignores the rest', () => {
    const env = { DATABASE_URL, PORT: '9090', TRACE: 'true', PATH: '/bin', KAFKA_BROKERS: ' a:1, b:2 ,' };
    expect(readConfig<Settings>(schema, env)).toEqual({
      DATABASE_URL,
      PORT: 9090,
      LOG: 'postgres',
      KAFKA_BROKERS: ['a:1', 'b:2'],
      TRACE: true,
    });
    expect(env.PORT).toBe('9090');
  });

  it('names every setting that is missing or wrong, each once, with what must change', () => {
    expect(problems({ PORT: 'http', LOG: 'carrier pigeon', TRACE: 'perhaps', KAFKA_BROKERS: 'a' })).toEqual({
      DATABASE_URL: 'is missing (Where the database is).',
      PORT: 'must be a whole number.',
      LOG: 'must be one of kafka, postgres.',
      TRACE: 'must be true or false.',
      KAFKA_BROKERS: 'is not in the form that it must have.',
    });
    expect(problems({ DATABASE_URL, PORT: '65536' })).toEqual({ PORT: 'must be <= 65535.' });
  });

  it('takes an empty variable for an unset one', () => {
    expect(problems({ DATABASE_URL: ' ' })).toEqual({ DATABASE_URL: 'is missing (Where the database is).' });
    expect(readConfig<Settings>(schema, { DATABASE_URL, PORT: '' }).PORT).toBe(8080);
  });

  it('follows rules between settings', () => {
    expect(problems({ DATABASE_URL, LOG: 'kafka' })).toEqual({ KAFKA_BROKERS: 'is missing.' });
  });

  it('never prints a value', () => {
    const secret = 'hunter2 is short';
    const env = {
      DATABASE_URL: `not a uri ${secret}`,
      SIGNING_SECRET: secret,
      PORT: secret,
      KAFKA_BROKERS: secret,
    };
    const error = (() => {
      try {
        return readConfig(schema, env);
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(ConfigError);
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('hunter2');
    expect(String(error)).toContain('SIGNING_SECRET must have at least 32 characters.');
  });
});

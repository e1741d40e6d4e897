import { compileSchema, type Json, type JsonObject } from '@concordat/record';

const text: JsonObject = { type: 'string' };
const name: JsonObject = { type: 'string', minLength: 1, maxLength: 200 };
const digest: JsonObject = { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' };
const time: JsonObject = { type: 'string', format: 'date-time' };
const version: JsonObject = { type: 'integer', minimum: 1 };
const signature: JsonObject = {
  type: 'object',
  required: ['protected', 'signature'],
  properties: { protected: text, signature: text },
};

const of = (kind: string, properties: JsonObject, optional: JsonObject = {}): JsonObject => ({
  type: 'object',
  required: ['kind', ...Object.keys(properties)],
  properties: { kind: { const: kind }, ...properties, ...optional },
});

const FORMS: Readonly<Record<string, JsonObject>> = {
  agency: of('agency', {
    id: name,
    name: text,
    sources: { type: 'array', items: text },
    oversight: { type: 'boolean' },
  }),
  key: of(
    'key',
    {
      agency: name,
      use: { enum: ['signing', 'authentication'] },
      role: name,
      kid: name,
      jwk: { type: 'object', required: ['kty', 'crv', 'x'] },
      validFrom: time,
    },
    { validUntil: time, revokedAt: time, compromisedSince: time, endorsement: signature },
  ),
  schema: of('schema', { type: name, digest, owner: name, schema: { type: 'object' } }),
  agreement: of('agreement', {
    id: name,
    version,
    text,
    signatures: { type: 'array', items: signature },
  }),
  notice: of('notice', { id: name, digest, text, signature }),
  enforced: of(
    'enforced',
    {
      id: name,
      version,
      digest,
      state: text,
      notices: { type: 'array', items: digest },
      at: time,
      enforcer: text,
    },
    { narrowedBy: digest },
  ),
  heartbeat: of('heartbeat', { at: time }),
};

const validators = new Map(Object.entries(FORMS).map(([kind, form]) => [kind, compileSchema(form)]));

/**
 * Whether a value has the form of a record. The topic is written by the registry and the enforcers alone; but a
 * record that somebody else has slipped in must not be able to stop everybody who follows the register.
 */
export function isRecord(value: Json): boolean {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const { kind } = value;
  const validate = typeof kind === 'string' ? validators.get(kind) : undefined;
  return validate !== undefined && validate(value).length === 0 && timesOf(value).every(isMoment);
}

const TIMES = ['validFrom', 'validUntil', 'revokedAt', 'compromisedSince', 'at'];

const timesOf = (value: JsonObject): Json[] =>
  TIMES.flatMap((member) => (value[member] === undefined ? [] : [value[member]]));

/** A leap second has the form of a time, and JavaScript's clocks cannot tell it. */
const isMoment = (time: Json): boolean => typeof time === 'string' && Number.isFinite(Date.parse(time));

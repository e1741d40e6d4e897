import { BrokerError } from '@concordat/problem';
import {
  canonicalise,
  compileSchema,
  toCloudEvent,
  type CloudEvent,
  type Digest,
  type Json,
  type Validate,
} from '@concordat/record';
import { ownsSource, type EventSchema, type Register } from '@concordat/register';

/** An event that may be accepted, and the schema that its data satisfies. */
export interface CheckedEvent {
  readonly event: CloudEvent;
  readonly schema: Digest;
  /** The event in canonical JSON: one text for whatever is the same event. Written once, for all that follows. */
  readonly text: string;
}

/** Bytes of one event as JSON. With what the broker adds it must fit into one record of the log. */
export const MAX_EVENT_BYTES = 256 * 1024;

/** Schemas compiled once each; a schema never changes under its digest. */
export type CompiledSchemas = Map<Digest, Validate>;

/**
 * Whether an agency may publish this, and whether it is what its type promises.
 *
 * @throws BrokerError `not-a-cloudevent`, `event-too-large`, `foreign-source`, `unknown-type` or
 *   `invalid-data`
 */
export function checkEvent(
  value: Json,
  agency: string,
  register: Register,
  compiled: CompiledSchemas,
): CheckedEvent {
  const event = toCloudEvent(value);
  const text = canonicalise(value);
  if (Buffer.byteLength(text) > MAX_EVENT_BYTES) {
    throw new BrokerError('event-too-large', `The event is larger than ${MAX_EVENT_BYTES} bytes`);
  }
  requireOwnSource(event.source, agency, register);
  const schema = register.newestSchema(event.type);
  if (schema === undefined) throw new BrokerError('unknown-type');
  if (schema.owner !== agency)
    throw new BrokerError('foreign-source', 'The event type belongs to another agency');
  const findings = validatorOf(schema, compiled)(event.data);
  if (findings.length > 0) throw new BrokerError('invalid-data', 'The data was refused', findings);
  return { event, schema: schema.digest, text };
}

function requireOwnSource(source: string, agency: string, register: Register): void {
  const own = register.agency(agency);
  if (own === undefined || !ownsSource(own, source)) throw new BrokerError('foreign-source');
}

function validatorOf({ digest, schema }: EventSchema, compiled: CompiledSchemas): Validate {
  const known = compiled.get(digest);
  if (known !== undefined) return known;
  const validate = compileSchema(schema);
  compiled.set(digest, validate);
  return validate;
}

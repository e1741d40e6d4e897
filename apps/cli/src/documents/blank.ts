import { agreementSchema } from '@concordat/agreement';
import { digestOf, type Json, type JsonObject } from '@concordat/record';
import { fieldsOf } from './event-fields.js';
import { toDo } from './to-do.js';
import { resolved, whatBelongs, whatBelongsAt } from './what-belongs.js';

/** An event type that a blank agreement begins with. */
export interface EventType {
  readonly type: string;
  readonly schema: JsonObject;
}

/** What is not required of an agreement, yet expected of nearly each: a blank agreement has it as well. */
const EXPECTED = new Set(['ethics', 'withheld']);

/**
 * An agreement in which everything is still to be written. Each place says what belongs there, in the words of
 * the format's own schema, so that the two never part.
 *
 * @param events a grant for each, that lists every field of its schema
 */
export function blankAgreement(events: readonly EventType[]): JsonObject {
  const blank = { ...(blankOf(agreementSchema, '') as JsonObject), version: 1 };
  if (events.length === 0) return blank;
  const [grant = {}] = (blank as JsonObject)['grants'] as JsonObject[];
  return { ...blank, grants: events.map((event, index) => grantFor(event, grant, index)) };
}

function grantFor({ type, schema }: EventType, blank: JsonObject, index: number): JsonObject {
  const [field] = blank['fields'] as JsonObject[];
  const form = whatBelongsAt(['grants', '0', 'fields', '0', 'as']) ?? '';
  const fields = fieldsOf(schema).map(({ pointer, description }) => ({
    ...field,
    field: pointer,
    as: toDo(`${description} ${form}`.trim()),
  }));
  return { ...blank, id: `grant-${index + 1}`, event: type, schema: digestOf(schema), fields };
}

function blankOf(schema: JsonObject, description: string): Json {
  const whole = resolved(schema);
  if ('const' in whole) return whole['const'];
  if (whole['type'] === 'object') return blankObject(whole);
  if (whole['type'] === 'array') return blankList(schema, whole);
  return toDo(whatBelongs(schema, description));
}

function blankObject(schema: JsonObject): JsonObject {
  const required = new Set(schema['required'] as string[] | undefined);
  const members = Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>);
  return Object.fromEntries(
    members
      .filter(([name]) => required.has(name) || EXPECTED.has(name))
      .map(([name, member]) => [name, blankOf(member, '')]),
  );
}

function blankList(schema: JsonObject, whole: JsonObject): Json {
  const items = whole['items'] as JsonObject;
  // A list of set words: a person chooses from them.
  if (Array.isArray(resolved(items)['enum'])) return [toDo(whatBelongs(schema))];
  const count = typeof whole['minItems'] === 'number' ? Math.max(whole['minItems'], 1) : 1;
  return Array.from({ length: count }, () => blankOf(items, ''));
}

import { agreementSchema } from '@concordat/agreement';
import { digestOf, type Json, type JsonObject } from '@concordat/record';
import { fieldsOf } from './event-fields.js';
import { toDo } from './to-do.js';

/** An event type that a blank agreement begins with. */
export interface EventType {
  readonly type: string;
  readonly schema: JsonObject;
}

/** What is not required of an agreement, yet expected of nearly each: a blank agreement has it as well. */
const EXPECTED = new Set(['ethics', 'withheld']);

/** How many items a list begins with, where the format does not say. */
const ONE = 1;

/**
 * An agreement in which everything is still to be written. Each place says what belongs there, in the words of
 * the format's own schema, so that the two never part.
 *
 * @param events a grant for each, that lists every field of its schema
 */
export function blankAgreement(events: readonly EventType[]): JsonObject {
  const blank = blankOf(agreementSchema, '') as JsonObject;
  if (events.length === 0) return { ...blank, version: 1 };
  const [grant] = blank['grants'] as JsonObject[];
  return { ...blank, version: 1, grants: events.map((event, index) => grantFor(event, grant ?? {}, index)) };
}

function grantFor({ type, schema }: EventType, blank: JsonObject, index: number): JsonObject {
  const [field] = blank['fields'] as JsonObject[];
  const { withheld, ...rest } = blank;
  return {
    ...rest,
    id: `grant-${index + 1}`,
    event: type,
    schema: digestOf(schema),
    fields: fieldsOf(schema).map(({ pointer, description }) => ({
      ...field,
      field: pointer,
      as: toDo(`${description} ${(textOf(field?.['as']) ?? '').replace(/^TO DO: /u, '')}`),
    })),
    ...(withheld === undefined ? {} : { withheld }),
  };
}

function blankOf(schema: JsonObject, description: string): Json {
  const whole = resolved(schema);
  const words = textOf(schema['description']) ?? textOf(whole['description']) ?? description;
  if ('const' in whole) return whole['const'];
  if (Array.isArray(whole['enum']))
    return toDo(`${words} One of: ${(whole['enum'] as string[]).join(', ')}.`);
  if (Array.isArray(whole['anyOf'])) return toDo(`${words}${choices(whole['anyOf'] as JsonObject[])}`);
  switch (whole['type']) {
    case 'object':
      return blankObject(whole);
    case 'array':
      return blankList(whole, words);
    case 'boolean':
      return toDo(`${words} true or false.`);
    case 'integer':
    case 'number':
      return toDo(`${words} A number.`);
    default:
      return toDo(`${words}${HINTS[textOf(whole['format']) ?? ''] ?? nameHint(whole)}`);
  }
}

const HINTS: Readonly<Record<string, string>> = {
  date: ' A day, such as 2027-03-31.',
  duration: ' A length of time: P6Y is six years, P30D thirty days, PT24H twenty-four hours.',
};

const nameHint = ({ pattern }: JsonObject): string =>
  textOf(pattern)?.startsWith('^[a-z][a-z0-9]*(-') === true ? ' Lower-case words joined by hyphens.' : '';

function blankObject(schema: JsonObject): JsonObject {
  const required = new Set(schema['required'] as string[] | undefined);
  const members = Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>);
  return Object.fromEntries(
    members
      .filter(([name]) => required.has(name) || EXPECTED.has(name))
      .map(([name, member]) => [name, blankOf(member, '')]),
  );
}

function blankList(schema: JsonObject, words: string): Json {
  const items = schema['items'] as JsonObject;
  // A list of set words stands empty until a person chooses from them.
  if (Array.isArray(resolved(items)['enum']))
    return [toDo(`${words} Any of: ${(resolved(items)['enum'] as string[]).join(', ')}.`)];
  const count = typeof schema['minItems'] === 'number' ? Math.max(schema['minItems'], ONE) : ONE;
  return Array.from({ length: count }, () => blankOf(items, words));
}

function choices(options: readonly JsonObject[]): string {
  const told = options
    .map(resolved)
    .filter(({ description }) => textOf(description) !== undefined)
    .map((option) => `${shapeOf(option)} (${textOf(option['description']) ?? ''})`);
  return told.length === 0 ? '' : ` One of: ${told.join('; ')}`;
}

/** How a choice is written, so that it can be copied. */
function shapeOf(schema: JsonObject): string {
  const whole = resolved(schema);
  if ('const' in whole) return JSON.stringify(whole['const']);
  if (Array.isArray(whole['enum'])) return whole['enum'].map((one) => JSON.stringify(one)).join(' or ');
  if (whole['type'] === 'array') return '[…]';
  if (whole['type'] !== 'object') return '…';
  const members = Object.entries((whole['properties'] ?? {}) as Record<string, JsonObject>);
  return `{ ${members.map(([name, member]) => `"${name}": ${shapeOf(member)}`).join(', ')} }`;
}

/** The schema that a `$ref` names. */
function resolved(schema: JsonObject): JsonObject {
  const reference = textOf(schema['$ref']);
  if (reference === undefined) return schema;
  const definitions = agreementSchema['$defs'] as Record<string, JsonObject>;
  return { ...definitions[reference.replace('#/$defs/', '')], ...schema };
}

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

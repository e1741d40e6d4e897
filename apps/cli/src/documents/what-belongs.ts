import { agreementSchema } from '@concordat/agreement';
import type { Json, JsonObject } from '@concordat/record';

/** What belongs at a place of an agreement, in the words of the format's own schema, with the choices there are. */
export function whatBelongs(schema: JsonObject, description = ''): string {
  const whole = resolved(schema);
  const words = textOf(schema['description']) ?? textOf(whole['description']) ?? description;
  if (Array.isArray(whole['enum'])) return `${words} One of: ${(whole['enum'] as string[]).join(', ')}.`;
  if (Array.isArray(whole['anyOf'])) return words + choices(whole['anyOf'] as JsonObject[]);
  switch (whole['type']) {
    case 'array':
      return words + listHint(resolved(whole['items'] as JsonObject));
    case 'boolean':
      return `${words} true or false, without quotation marks.`;
    case 'integer':
    case 'number':
      return `${words} A number, without quotation marks.`;
    default:
      return words + (HINTS[textOf(whole['format']) ?? ''] ?? nameHint(whole));
  }
}

/** What belongs at a place, by its pointer's tokens; `undefined` where the format has no such place. */
export function whatBelongsAt(tokens: readonly string[]): string | undefined {
  let schema: JsonObject | undefined = agreementSchema;
  for (const token of tokens) {
    const whole: JsonObject = resolved(schema);
    const members = whole['properties'] as Record<string, JsonObject> | undefined;
    const next: JsonObject | undefined =
      whole['type'] === 'array' ? (whole['items'] as JsonObject) : members?.[token];
    if (next === undefined) return undefined;
    schema = next;
  }
  const words = whatBelongs(schema);
  return words === '' ? undefined : words;
}

/** A schema of the format, with what its `$ref` names. */
export function resolved(schema: JsonObject): JsonObject {
  const reference = textOf(schema['$ref']);
  if (reference === undefined) return schema;
  const definitions = agreementSchema['$defs'] as Record<string, JsonObject>;
  return { ...definitions[reference.replace('#/$defs/', '')], ...schema };
}

const HINTS: Readonly<Record<string, string>> = {
  date: ' A day, such as 2027-03-31.',
  duration: ' A length of time: P6Y is six years, P30D thirty days, PT24H twenty-four hours.',
};

const nameHint = ({ pattern }: JsonObject): string =>
  textOf(pattern)?.startsWith('^[a-z][a-z0-9]*(-') === true ? ' Lower-case words joined by hyphens.' : '';

const listHint = (items: JsonObject): string =>
  Array.isArray(items['enum']) ? ` Any of: ${(items['enum'] as string[]).join(', ')}.` : '';

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
  const required = new Set(whole['required'] as string[] | undefined);
  const told = (wanted: boolean): string =>
    members
      .filter(([name]) => required.has(name) === wanted)
      .map(([name, member]) => `"${name}": ${shapeOf(member)}`)
      .join(', ');
  // What may be left out stands apart, or it would be copied as if it had to be there.
  return `{ ${told(true)} }${told(false) && `, to which may be added: ${told(false)}`}`;
}

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

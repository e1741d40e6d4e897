import type { Json, JsonObject } from './parse.js';
import { pointerTokens } from './pointer.js';

/** Finds the schema that is registered for an event type under a digest. */
export type FindSchema = (digest: string, eventType: string) => JsonObject | undefined;

/** What a schema says of one place: just so much as compiling, comparing and checking agreements needs. */
export type Shape =
  | { readonly kind: 'scalar'; readonly types: ReadonlySet<string> }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonObject>; readonly closed: boolean }
  | { readonly kind: 'list'; readonly element: JsonObject }
  | { readonly kind: 'unclear'; readonly why: string };

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean', 'null']);
/** A chain of references longer than this goes in a circle. */
const MAX_REFERENCES = 32;

/**
 * The shape of a place. What cannot be told for certain is `unclear`, and nothing is granted there.
 *
 * @param root the whole schema, in which `$ref` is looked up
 */
export function shapeOf(root: JsonObject, at: JsonObject): Shape {
  const schema = resolveReference(root, at);
  if (schema === undefined) return { kind: 'unclear', why: 'the schema’s reference leads nowhere' };
  const types = typesOf(schema);
  if (types === undefined) return { kind: 'unclear', why: 'the schema gives no type' };
  if (types.every((type) => SCALARS.has(type))) return { kind: 'scalar', types: new Set(types) };
  if (types.length > 1)
    return { kind: 'unclear', why: 'the schema allows both a list or object and something else' };
  return types[0] === 'array' ? listShape(schema) : objectShape(schema);
}

/** The schema that a schema stands for, its references followed; `undefined` where they lead nowhere. */
export function resolveReference(root: JsonObject, at: JsonObject): JsonObject | undefined {
  let schema: Json | undefined = at;
  for (let hops = 0; hops < MAX_REFERENCES; hops += 1) {
    if (!isObject(schema) || isOtherResource(schema, root)) return undefined;
    const reference: Json | undefined = schema['$ref'];
    if (reference === undefined) return schema;
    if (typeof reference !== 'string' || !REFERENCE.test(reference)) return undefined;
    schema = lookUp(root, reference.slice(1));
  }
  return undefined;
}

/** Only pointers that every reader takes alike: no anchors, and no escapes, which some decode and some do not. */
const REFERENCE = /^#(?:\/[^%]*)?$/u;

/** A schema with an `$id` of its own is another resource: references in it start there (2020-12 §8.2.1). */
const isOtherResource = (schema: JsonObject, root: JsonObject): boolean =>
  schema !== root && schema['$id'] !== undefined;

function lookUp(root: JsonObject, pointer: string): Json | undefined {
  let value: Json | undefined = root;
  for (const token of pointerTokens(pointer)) {
    if (!isObject(value) || isOtherResource(value, root) || !Object.hasOwn(value, token)) return undefined;
    value = value[token];
  }
  return value;
}

function typesOf(schema: JsonObject): string[] | undefined {
  const type = schema['type'];
  if (typeof type === 'string') return [type];
  if (Array.isArray(type) && type.length > 0) return type.filter((one) => typeof one === 'string');
  const values = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']] : [];
  const kinds = [...new Set(values.map(kindOf))];
  return kinds.length > 0 ? kinds : undefined;
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function listShape(schema: JsonObject): Shape {
  const items = schema['items'];
  if (schema['prefixItems'] !== undefined || !isObject(items)) {
    return { kind: 'unclear', why: 'the schema does not describe all elements of the list alike' };
  }
  return { kind: 'list', element: items };
}

function objectShape(schema: JsonObject): Shape {
  const properties = schema['properties'];
  const members = new Map<string, JsonObject>();
  if (isObject(properties)) {
    for (const [name, member] of Object.entries(properties)) if (isObject(member)) members.set(name, member);
  }
  return { kind: 'object', members, closed: schema['additionalProperties'] === false };
}

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

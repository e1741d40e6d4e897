import { resolveReference, shapeOf, type Json, type JsonObject } from '@concordat/record';
import type { PlaceSchema } from './facts.js';
import { spend, type Steps } from './steps.js';

/** What a schema says of a place. Each place of a schema is looked at once in a comparison, then remembered. */
export interface SchemaReader {
  readonly steps: Steps;
  readonly roots: Map<JsonObject, KnownRoot>;
}

interface KnownRoot {
  /** What following a reference in it may cost. */
  readonly cost: number;
  readonly places: Map<JsonObject, KnownSchema>;
  /** The same by what their references lead to, since thousands of places may refer to one large definition. */
  readonly resolved: Map<JsonObject, KnownSchema>;
}

export type KnownSchema = Exclude<PlaceSchema, undefined>;

export const readerOf = (steps: Steps): SchemaReader => ({ steps, roots: new Map() });

/**
 * @param root the whole schema
 * @param at the part of it that is for the place
 */
export function schemaAt({ steps, roots }: SchemaReader, root: JsonObject, at: JsonObject): KnownSchema {
  spend(steps);
  let known = roots.get(root);
  if (known === undefined) {
    known = { cost: longestReference(root, steps), places: new Map(), resolved: new Map() };
    roots.set(root, known);
  }
  let schema = known.places.get(at);
  if (schema === undefined) {
    // A reference is read as often as it is followed, and it may be long.
    spend(steps, known.cost);
    const resolved = resolveReference(root, at);
    schema = (resolved && known.resolved.get(resolved)) ?? look(root, at, steps);
    if (resolved) known.resolved.set(resolved, schema);
    known.places.set(at, schema);
  }
  return schema;
}

/** The steps that it takes to put one member or value into a map or set. */
const ENTRY = 4;

function look(root: JsonObject, at: JsonObject, steps: Steps): KnownSchema {
  const resolved = resolveReference(root, at) ?? {};
  const { properties, required, enum: values, type } = resolved;
  for (const list of [required, values, type]) if (Array.isArray(list)) spend(steps, ENTRY * list.length);
  if (typeof properties === 'object' && properties !== null)
    spend(steps, ENTRY * Object.keys(properties).length);
  return {
    root,
    resolved,
    shape: shapeOf(root, at),
    required: new Set(Array.isArray(required) ? required : []),
    values: Array.isArray(values) ? new Set(values) : undefined,
  };
}

/** The characters of the longest reference in a schema. */
function longestReference(value: Json | undefined, steps: Steps): number {
  spend(steps);
  if (value === null || typeof value !== 'object') return 0;
  if (Array.isArray(value)) return longest(value, steps);
  const reference = value['$ref'];
  const own = typeof reference === 'string' ? reference.length : 0;
  return Math.max(own, longest(Object.values(value), steps));
}

const longest = (values: readonly (Json | undefined)[], steps: Steps): number =>
  values.reduce<number>((most, value) => Math.max(most, longestReference(value, steps)), 0);

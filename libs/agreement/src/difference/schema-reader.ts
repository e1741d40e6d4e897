import { resolveReference, shapeOf, type Json, type JsonObject } from '@concordat/record';
import type { PlaceSchema } from './facts.js';
import { spend, type Steps } from './steps.js';

/** What a schema says of a place. Each place of a schema is looked at once in a comparison, then remembered. */
export interface SchemaReader {
  readonly steps: Steps;
  /** Per root: the places looked at, and what following a reference in it may cost. */
  readonly roots: Map<JsonObject, { readonly places: Map<JsonObject, KnownSchema>; readonly cost: number }>;
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
    known = { places: new Map(), cost: longestReference(root, steps) };
    roots.set(root, known);
  }
  let schema = known.places.get(at);
  if (schema === undefined) {
    // A reference is read as often as it is followed, and it may be long.
    spend(steps, known.cost);
    schema = look(root, at);
    const members = schema.shape.kind === 'object' ? schema.shape.members.size : 0;
    spend(steps, members + schema.required.size + (schema.values?.size ?? 0));
    known.places.set(at, schema);
  }
  return schema;
}

/** Looks at a place of a schema. */
export function look(root: JsonObject, at: JsonObject): KnownSchema {
  const resolved = resolveReference(root, at) ?? {};
  const { required, enum: values } = resolved;
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

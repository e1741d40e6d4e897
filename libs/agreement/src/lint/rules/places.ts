import { pointerTokens, resolveReference, shapeOf, type JsonObject, type Shape } from '@concordat/record';
import { neutralise } from '../../plain-english/neutral.js';

/** What a schema says of one place. */
export interface SchemaPlace {
  readonly shape: Shape;
  /** The part of the schema for that place, its references followed. */
  readonly schema: JsonObject;
}

/** A place in a schema, or what stands in the way to it. */
export function findPlace(root: JsonObject, field: string): SchemaPlace | string {
  let at = root;
  for (const token of pointerTokens(field)) {
    const next = stepInto(shapeOf(root, at), token);
    if (typeof next === 'string') return next;
    at = next;
  }
  const shape = shapeOf(root, at);
  return shape.kind === 'unclear' ? shape.why : { shape, schema: resolveReference(root, at) ?? {} };
}

function stepInto(shape: Shape, token: string): JsonObject | string {
  switch (shape.kind) {
    case 'unclear':
      return shape.why;
    case 'scalar':
      return 'the event schema has nothing below a single value';
    case 'list':
      return isElement(token) ? shape.element : 'the event schema has a list where the field names a member';
    case 'object':
      return shape.members.get(token) ?? `the event schema has no member “${neutralise(token)}” there`;
  }
}

export const isElement = (token: string): boolean => token === '*' || /^(?:0|[1-9]\d*)$/u.test(token);

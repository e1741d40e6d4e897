import { pointerOf, shapeOf, type JsonObject } from '@concordat/record';

/** One field of an event, as an agreement names it. */
export interface EventField {
  /** A JSON Pointer into the event's data; `*` stands for each element of a list. */
  readonly pointer: string;
  /** What the schema says of it; may be empty. */
  readonly description: string;
}

/** Deep enough for every record; a schema that refers to itself ends here. */
const DEEPEST = 12;

/** Every field that an event's schema describes and that has no fields of its own. */
export const fieldsOf = (schema: JsonObject): EventField[] => walk(schema, schema, [], '');

function walk(root: JsonObject, at: JsonObject, path: readonly string[], words: string): EventField[] {
  const description = typeof at['description'] === 'string' ? at['description'] : words;
  const shape = path.length < DEEPEST ? shapeOf(root, at) : undefined;
  if (shape?.kind === 'object' && shape.members.size > 0)
    return [...shape.members].flatMap(([name, member]) => walk(root, member, [...path, name], ''));
  if (shape?.kind === 'list' && shapeOf(root, shape.element).kind === 'object')
    return walk(root, shape.element, [...path, '*'], description);
  return [{ pointer: pointerOf(path), description }];
}

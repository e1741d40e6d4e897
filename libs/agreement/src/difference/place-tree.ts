import { pointerTokens, type JsonObject } from '@concordat/record';
import type { Form, GrantedField } from '../document/agreement.js';
import type { PlaceSchema } from './facts.js';
import { readerOf, schemaAt, type KnownSchema, type SchemaReader } from './schema-reader.js';
import { fullSteps, spend } from './steps.js';

/** What a grant gives, place by place; the same tree for the same effect, however the fields are spelled. */
export type Place = Leaf | ObjectPlace | ListPlace | PickPlace;

/** A value in one form. Without a schema `clear` can stand for a whole object or list. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly form: Form;
  /** Which of the granted fields gives it. */
  readonly index: number;
  readonly schema: PlaceSchema;
}

export interface ObjectPlace {
  readonly kind: 'object';
  readonly members: ReadonlyMap<string, Place>;
  readonly schema: PlaceSchema;
}

/** A list, each element of which is given alike. */
export interface ListPlace {
  readonly kind: 'list';
  readonly element: Place;
  readonly schema: PlaceSchema;
}

/** A list, of which the elements at some positions are given; the others leave no gap. */
export interface PickPlace {
  readonly kind: 'pick';
  readonly elements: ReadonlyMap<number, Place>;
  readonly schema: PlaceSchema;
}

/** What a grant gives of `data`, and the attributes of the envelope. */
export interface GrantTree {
  readonly data: ObjectPlace;
  readonly attributes: ReadonlyMap<string, Leaf>;
}

/**
 * Puts granted fields together.
 *
 * @param root the event schema, if it is at hand
 * @param reader reads it, and knows how much work is left
 * @returns `undefined` when the fields do not go together or do not fit the schema; then nothing is in force
 */
export function treeOf(
  fields: readonly GrantedField[],
  root: JsonObject | undefined,
  reader: SchemaReader,
): GrantTree | undefined {
  const attributes = new Map<string, Leaf>();
  const data: Sprout = { children: new Map() };
  for (const [index, { field, as }] of fields.entries()) {
    if (!field.startsWith('/')) attributes.set(field, { kind: 'leaf', form: as, index, schema: ATTRIBUTE });
    else {
      const tokens = pointerTokens(field);
      spend(reader.steps, PLACE * tokens.length);
      if (!plant(data, tokens, { form: as, index })) return undefined;
    }
  }
  const schema = root && schemaAt(reader, root, root);
  if (data.children.size === 0) return { attributes, data: { kind: 'object', members: new Map(), schema } };
  const place = grow(data, schema, reader);
  return place?.kind === 'object' ? { attributes, data: place } : undefined;
}

/** Attributes are texts, whole numbers or booleans, and never an empty text (CloudEvents 1.0 §2.3, §3.1). */
const ATTRIBUTE: PlaceSchema = ((root: JsonObject) => schemaAt(readerOf(fullSteps()), root, root))({
  type: ['string', 'integer', 'boolean'],
  minLength: 1,
});

/** The steps that it takes to make a place: it costs memory too. */
const PLACE = 5;

/** A place as the fields spell it, before the schema says what it is. */
interface Sprout {
  granted?: { readonly form: Form; readonly index: number };
  readonly children: Map<string, Sprout>;
}

/** @returns whether the field overlaps with no other */
function plant(data: Sprout, tokens: readonly string[], granted: Sprout['granted'] & {}): boolean {
  let sprout = data;
  for (const token of tokens) {
    if (sprout.granted !== undefined) return false;
    const child: Sprout = sprout.children.get(token) ?? { children: new Map() };
    sprout.children.set(token, child);
    sprout = child;
  }
  if (sprout.granted !== undefined) return false;
  sprout.granted = granted;
  return sprout.children.size === 0;
}

function grow(sprout: Sprout, schema: PlaceSchema, reader: SchemaReader): Place | undefined {
  spend(reader.steps, PLACE);
  const { granted } = sprout;
  if (granted !== undefined) {
    if (granted.form !== 'clear' || schema === undefined) return { kind: 'leaf', ...granted, schema };
    return spellOut(granted, schema, { depth: 0, left: { places: MAX_PLACES }, reader });
  }
  const tokens = [...sprout.children.keys()];
  const shape = schema?.shape;
  const kind =
    shape?.kind ?? (tokens.every((token) => token === '*' || isPosition(token)) ? 'list' : 'object');
  if (kind === 'list') {
    const element = shape?.kind === 'list' ? below(schema, shape.element, reader) : undefined;
    return growList(sprout, { schema, element }, reader);
  }
  if (kind !== 'object') return undefined;
  const members = new Map<string, Place>();
  for (const [token, child] of sprout.children) {
    const member = shape?.kind === 'object' ? shape.members.get(token) : undefined;
    if (shape !== undefined && member === undefined) return undefined;
    const place = grow(child, member && below(schema, member, reader), reader);
    if (place === undefined) return undefined;
    members.set(token, place);
  }
  return { kind: 'object', members, schema };
}

function growList(
  sprout: Sprout,
  { schema, element }: { readonly schema: PlaceSchema; readonly element: PlaceSchema },
  reader: SchemaReader,
): Place | undefined {
  const each = sprout.children.get('*');
  if (each !== undefined) {
    const place = sprout.children.size === 1 ? grow(each, element, reader) : undefined;
    return place && { kind: 'list', element: place, schema };
  }
  const elements = new Map<number, Place>();
  for (const [token, child] of sprout.children) {
    const place = isPosition(token) ? grow(child, element, reader) : undefined;
    if (place === undefined) return undefined;
    elements.set(Number(token), place);
  }
  return { kind: 'pick', elements, schema };
}

/** As in compiling: deeper or more places than these are refused. */
const MAX_DEPTH = 32;
const MAX_PLACES = 10_000;

interface SpellingOut {
  readonly depth: number;
  readonly left: { places: number };
  readonly reader: SchemaReader;
}

function spellOut(
  granted: Sprout['granted'] & {},
  schema: KnownSchema,
  { depth, left, reader }: SpellingOut,
): Place | undefined {
  spend(reader.steps, PLACE);
  left.places -= 1;
  if (depth > MAX_DEPTH || left.places < 0) return undefined;
  const deeper = { depth: depth + 1, left, reader };
  const { root, shape } = schema;
  if (shape.kind === 'unclear') return undefined;
  if (shape.kind === 'scalar') return { kind: 'leaf', ...granted, schema };
  if (shape.kind === 'list') {
    const element = spellOut(granted, schemaAt(reader, root, shape.element), deeper);
    return element && { kind: 'list', element, schema };
  }
  if (!shape.closed) return undefined;
  const members = new Map<string, Place>();
  for (const [name, member] of shape.members) {
    const place = spellOut(granted, schemaAt(reader, root, member), deeper);
    if (place === undefined) return undefined;
    members.set(name, place);
  }
  return { kind: 'object', members, schema };
}

const below = (schema: PlaceSchema, at: JsonObject, reader: SchemaReader): PlaceSchema =>
  schema && schemaAt(reader, schema.root, at);

/** As a pointer names the element of a list. */
export const isPosition = (token: string): boolean => /^(?:0|[1-9]\d{0,5})$/u.test(token);

import { pointerTokens, shapeOf, type JsonObject } from '@concordat/record';
import type { Form, GrantedField } from '../document/agreement.js';
import type { PlaceSchema } from './facts.js';

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
 * @returns `undefined` when the fields do not go together or do not fit the schema; then nothing is in force
 */
export function treeOf(fields: readonly GrantedField[], root: JsonObject | undefined): GrantTree | undefined {
  const attributes = new Map<string, Leaf>();
  const data: Sprout = { children: new Map() };
  for (const [index, { field, as }] of fields.entries()) {
    if (!field.startsWith('/')) attributes.set(field, { kind: 'leaf', form: as, index, schema: ATTRIBUTE });
    else if (!plant(data, pointerTokens(field), { form: as, index })) return undefined;
  }
  const schema = root && { root, at: root };
  if (data.children.size === 0) return { attributes, data: { kind: 'object', members: new Map(), schema } };
  const place = grow(data, schema);
  return place?.kind === 'object' ? { attributes, data: place } : undefined;
}

/** Attributes are texts, whole numbers or booleans, and never an empty text (CloudEvents 1.0 §2.3, §3.1). */
const ATTRIBUTE: PlaceSchema = ((root: JsonObject) => ({ root, at: root }))({
  type: ['string', 'integer', 'boolean'],
  minLength: 1,
});

/** A place as the fields spell it, before the schema says what it is. */
interface Sprout {
  granted?: { readonly form: Form; readonly index: number };
  readonly children: Map<string, Sprout>;
}

/** @returns whether the field overlaps with no other */
function plant(
  sprout: Sprout,
  [token, ...rest]: readonly string[],
  granted: Sprout['granted'] & {},
): boolean {
  if (sprout.granted !== undefined) return false;
  if (token === undefined) {
    sprout.granted = granted;
    return sprout.children.size === 0;
  }
  const child: Sprout = sprout.children.get(token) ?? { children: new Map() };
  sprout.children.set(token, child);
  return plant(child, rest, granted);
}

function grow(sprout: Sprout, schema: PlaceSchema): Place | undefined {
  const { granted } = sprout;
  if (granted !== undefined) {
    if (granted.form !== 'clear' || schema === undefined) return { kind: 'leaf', ...granted, schema };
    return spellOut(granted, schema, { depth: 0, left: { places: MAX_PLACES } });
  }
  const tokens = [...sprout.children.keys()];
  const shape = schema && shapeOf(schema.root, schema.at);
  const kind =
    shape?.kind ?? (tokens.every((token) => token === '*' || isPosition(token)) ? 'list' : 'object');
  if (kind === 'list') {
    const element = shape?.kind === 'list' ? below(schema, shape.element) : undefined;
    return growList(sprout, schema, element);
  }
  if (kind !== 'object') return undefined;
  const members = new Map<string, Place>();
  for (const [token, child] of sprout.children) {
    const member = shape?.kind === 'object' ? shape.members.get(token) : undefined;
    if (shape !== undefined && member === undefined) return undefined;
    const place = grow(child, member && below(schema, member));
    if (place === undefined) return undefined;
    members.set(token, place);
  }
  return { kind: 'object', members, schema };
}

function growList(sprout: Sprout, schema: PlaceSchema, element: PlaceSchema): Place | undefined {
  const each = sprout.children.get('*');
  if (each !== undefined) {
    const place = sprout.children.size === 1 ? grow(each, element) : undefined;
    return place && { kind: 'list', element: place, schema };
  }
  const elements = new Map<number, Place>();
  for (const [token, child] of sprout.children) {
    const place = isPosition(token) ? grow(child, element) : undefined;
    if (place === undefined) return undefined;
    elements.set(Number(token), place);
  }
  return { kind: 'pick', elements, schema };
}

/** As in compiling: deeper or more places than these are refused. */
const MAX_DEPTH = 32;
const MAX_PLACES = 10_000;

function spellOut(
  granted: Sprout['granted'] & {},
  schema: Exclude<PlaceSchema, undefined>,
  { depth, left }: { readonly depth: number; readonly left: { places: number } },
): Place | undefined {
  left.places -= 1;
  if (depth > MAX_DEPTH || left.places < 0) return undefined;
  const deeper = { depth: depth + 1, left };
  const shape = shapeOf(schema.root, schema.at);
  if (shape.kind === 'unclear') return undefined;
  if (shape.kind === 'scalar') return { kind: 'leaf', ...granted, schema };
  if (shape.kind === 'list') {
    const element = spellOut(granted, { root: schema.root, at: shape.element }, deeper);
    return element && { kind: 'list', element, schema };
  }
  if (!shape.closed) return undefined;
  const members = new Map<string, Place>();
  for (const [name, member] of shape.members) {
    const place = spellOut(granted, { root: schema.root, at: member }, deeper);
    if (place === undefined) return undefined;
    members.set(name, place);
  }
  return { kind: 'object', members, schema };
}

const below = (schema: PlaceSchema, at: JsonObject): PlaceSchema => schema && { root: schema.root, at };

/** As a pointer names the element of a list. */
export const isPosition = (token: string): boolean => /^(?:0|[1-9]\d{0,5})$/u.test(token);

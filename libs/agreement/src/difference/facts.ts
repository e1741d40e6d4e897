import type { Json, JsonObject, Shape } from '@concordat/record';
import type { Form } from '../document/agreement.js';

/**
 * What the schema promises of the values at one place. Intake takes only events that satisfy their schema, so a
 * form that no such value fails in never withholds a record. `undefined` as a schema: nothing is known.
 */
export type PlaceSchema =
  | {
      /** The whole schema. */
      readonly root: JsonObject;
      /** The part of it that is for the place, its references followed; empty where they lead nowhere. */
      readonly resolved: JsonObject;
      readonly shape: Shape;
      readonly required: ReadonlySet<Json>;
      /** The values that it lists, if it lists them. */
      readonly values: ReadonlySet<Json> | undefined;
    }
  | undefined;

/** Whether some value at a place cannot be given in a form, which withholds the whole record. */
export function mayFail(form: Form, schema: PlaceSchema): boolean {
  if (form === 'clear' || form === 'presence') return false;
  const types = typesAt(schema);
  if (schema === undefined || types === undefined) return true;
  if ('pseudonym' in form) return !onlyOf(types, ['string', 'integer', 'number']);
  // Every whole number that a record can hold is safe: parsing refuses others.
  if (form.generalise === 'band') return !onlyOf(types, ['integer']);
  // Of a negative number no age is made.
  if (form.generalise === 'age-band')
    return !onlyOf(types, ['integer']) || !atLeast(schema.resolved['minimum'], 0);
  return !onlyOf(types, ['string']) || !isAlways(form.generalise, schema);
}

/** Whether a value may be there of which `presence` says that it is not: null, an empty text or an empty list. */
export function mayLookMissing(schema: PlaceSchema): boolean {
  if (schema === undefined) return true;
  const { shape, resolved } = schema;
  if (shape.kind === 'object') return false;
  if (shape.kind === 'list') return !atLeast(resolved['minItems'], 1);
  if (shape.kind === 'unclear' || shape.types.has('null')) return true;
  return mayBeEmptyText(schema);
}

/** Whether the value may be an empty text. */
export function mayBeEmptyText(schema: PlaceSchema): boolean {
  const types = typesAt(schema);
  if (schema === undefined || types === undefined) return true;
  if (!types.has('string')) return false;
  if (atLeast(schema.resolved['minLength'], 1)) return false;
  if (schema.values !== undefined) return schema.values.has('');
  return !isDateText(schema) && !isPostcode(schema);
}

/** Whether an object of this schema always has a member. */
export const requires = (schema: PlaceSchema, name: string): boolean => schema?.required.has(name) ?? false;

/** Whether a list of this schema always has an element at a position. */
export const alwaysHas = (schema: PlaceSchema, position: number): boolean =>
  atLeast(schema?.resolved['minItems'], position + 1);

/** The types of a single value; `undefined` when they are not known. */
function typesAt(schema: PlaceSchema): ReadonlySet<string> | undefined {
  if (schema === undefined) return undefined;
  return schema.shape.kind === 'scalar' ? schema.shape.types : undefined;
}

/** Null is given as null in every form. */
const onlyOf = (types: ReadonlySet<string>, allowed: readonly string[]): boolean =>
  [...types].every((type) => type === 'null' || allowed.includes(type));

/** Patterns of texts that are dates or postcodes. Others are not understood here. */
const DATE_PATTERNS: ReadonlySet<Json> = new Set([
  '^[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?$',
]);
const POSTCODE_PATTERNS: ReadonlySet<Json> = new Set([
  '^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$',
  '^[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}$',
]);
/** Patterns that, beside the format of a date, leave out the year 0000, which no calendar has. */
const LATER_YEARS: ReadonlySet<Json> = new Set(['^[1-9]', '^[12]', '^(?:19|20)']);

type TextForm = 'month' | 'year' | 'postcode-district' | 'postcode-area' | 'initial';

/** Whether every text at a place can be given in a form. */
function isAlways(form: TextForm, schema: Exclude<PlaceSchema, undefined>): boolean {
  switch (form) {
    case 'postcode-district':
    case 'postcode-area':
      return isPostcode(schema);
    case 'month':
    case 'year':
      // The patterns allow for 30 February.
      return schema.resolved['format'] === 'date' && LATER_YEARS.has(schema.resolved['pattern'] ?? null);
    case 'initial':
      // Names begin with anything.
      return false;
  }
}

const isPostcode = ({ resolved: { pattern } }: Exclude<PlaceSchema, undefined>): boolean =>
  pattern !== undefined && POSTCODE_PATTERNS.has(pattern);

const isDateText = ({ resolved: { pattern, format } }: Exclude<PlaceSchema, undefined>): boolean =>
  format === 'date' || format === 'date-time' || (pattern !== undefined && DATE_PATTERNS.has(pattern));

const atLeast = (value: Json | undefined, least: number): boolean =>
  typeof value === 'number' && value >= least;

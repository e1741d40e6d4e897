import type { Json, JsonObject } from '@concordat/record';

/** Where one value is filled in, with the fixed words around it. */
export interface Gap {
  readonly blank: string;
  readonly before: string;
  readonly after: string;
}

/** What stands in a list for as many items as the list of that name has. */
export interface Section {
  readonly forEach: string;
  readonly item: Json;
}

// No member of an agreement is named `blank` or `forEach`: its schema is closed. So an object that has one is
// a placeholder, or a mistake, which `freezeTemplate` finds; and a value, being no object, never looks like one.

export const looksLikeGap = (value: JsonObject): boolean => Object.hasOwn(value, 'blank');
export const looksLikeSection = (value: JsonObject): boolean => Object.hasOwn(value, 'forEach');

/** The gap that a value is; undefined for anything else. */
export function toGap(value: Json): Gap | undefined {
  if (!isObject(value) || !looksLikeGap(value)) return undefined;
  const { blank, before = '', after = '', ...rest } = value;
  if (typeof blank !== 'string' || typeof before !== 'string' || typeof after !== 'string') return undefined;
  return Object.keys(rest).length === 0 ? { blank, before, after } : undefined;
}

/** The section that a value is; undefined for anything else. */
export function toSection(value: Json): Section | undefined {
  if (!isObject(value) || !looksLikeSection(value)) return undefined;
  const { forEach, item, ...rest } = value;
  if (typeof forEach !== 'string' || item === undefined) return undefined;
  return Object.keys(rest).length === 0 ? { forEach, item } : undefined;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

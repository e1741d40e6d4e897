import { BrokerError } from '@concordat/problem';
import type { Json, JsonObject } from '@concordat/record';
import { toGap, toSection } from './placeholder.js';
import type { FrozenTemplate, Template } from './template.js';
import { findWrongValues, own } from './values.js';

/**
 * The agreement that a template makes with these values. It satisfies the agreement's schema, whatever the
 * values, and names the template by its digest; `freezeAgreement` still finds what values can contradict each
 * other in, such as two councils of the same name.
 *
 * @param values a value for each blank, by its name; for a list, an array of such objects
 * @throws BrokerError `template-values-invalid`, with every value that is missing, unknown or of the wrong type
 */
export function fillTemplate({ template, digest }: FrozenTemplate, values: JsonObject): JsonObject {
  const findings = findWrongValues(template.blanks, values);
  if (findings.length > 0) {
    throw new BrokerError(
      'template-values-invalid',
      `These are not the values that the template “${template.id}” asks for`,
      findings,
    );
  }
  return { ...putIn(template, values), template: { id: template.id, version: template.version, digest } };
}

/** The template's text with the values put in, without a check of either. */
export const putIn = (template: Template, values: JsonObject): JsonObject =>
  filled(template.agreement, [values]) as JsonObject;

/** @param scopes where names are looked up: the item's own values first, then those of the whole template */
function filled(part: Json, scopes: readonly JsonObject[]): Json {
  if (part === null || typeof part !== 'object') return part;
  if (Array.isArray(part)) return part.flatMap((element) => elements(element, scopes));
  const gap = toGap(part);
  if (gap !== undefined) {
    const value = lookUp(gap.blank, scopes);
    return typeof value === 'string' ? gap.before + value + gap.after : copy(value);
  }
  return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, filled(member, scopes)]));
}

function elements(element: Json, scopes: readonly JsonObject[]): Json[] {
  const section = toSection(element);
  if (section === undefined) return [filled(element, scopes)];
  const items = lookUp(section.forEach, scopes) as JsonObject[];
  return items.map((item) => filled(section.item, [item, ...scopes]));
}

function lookUp(name: string, scopes: readonly JsonObject[]): Json {
  for (const scope of scopes) {
    const value = own(scope, name);
    if (value !== undefined) return value;
  }
  throw new TypeError(`a blank without a value: ${name}`); // findWrongValues has seen to it
}

/** So that a change to the values later on changes no agreement. */
const copy = (value: Json): Json => (Array.isArray(value) ? value.map(copy) : value);

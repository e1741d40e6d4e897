import { compileSchema, type Json, type JsonObject } from '@concordat/record';
import type { Condition } from '../../document/agreement.js';
import { daysOf } from '../../document/partial-date.js';
import { neutralise } from '../../plain-english/neutral.js';
import { lintFinding, type LintFinding } from '../codes.js';
import { findPlace, type SchemaPlace } from './places.js';

type PlaceCondition = Extract<Condition, { readonly field: string }>;

/** Whether the conditions by which a grant chooses events can hold for what the schema says of their fields. */
export function lintRows(condition: Condition, schema: JsonObject, at: string): LintFinding[] {
  if ('all' in condition)
    return condition.all.flatMap((one, index) => lintRows(one, schema, `${at}/all/${index}`));
  if ('any' in condition)
    return condition.any.flatMap((one, index) => lintRows(one, schema, `${at}/any/${index}`));
  if ('not' in condition) return lintRows(condition.not, schema, `${at}/not`);
  const field = `“${neutralise(condition.field)}”`;
  const found = findPlace(schema, condition.field);
  if (typeof found === 'string')
    return [lintFinding('unknown-field', `${at}/field`, `For ${field} ${found}.`)];
  const problem = unsuited(condition, found);
  if (problem !== undefined)
    return [lintFinding('condition-does-not-suit', `${at}/field`, `For ${field} ${problem}.`)];
  if (!isAboutDates(condition) || mayBeDate(found.schema)) return [];
  const message = `The event schema does not say that ${field} is a date, and every text that is none leaves out its event.`;
  return [lintFinding('condition-on-no-date', `${at}/field`, message)];
}

/** As in compiling, which refuses a condition that no value could satisfy. */
function unsuited(condition: PlaceCondition, { shape }: SchemaPlace): string | undefined {
  if (condition.is === 'present') return undefined;
  if (shape.kind !== 'scalar') return `“${condition.is}” suits a single value, not an object or a list`;
  const { types } = shape;
  const suits = (value: Json): boolean =>
    types.has(typeof value) || (typeof value === 'number' && types.has('integer'));
  return [condition.value].flat().some(suits) ? undefined : 'the event schema has values of another type';
}

const isAboutDates = ({ is }: PlaceCondition): boolean => is === 'on-or-after' || is === 'on-or-before';

const DATES = ['2000', '2000-01', '2000-01-01', '2000-01-01T00:00:00Z'];

/** Whether a schema says by a format, a pattern or a list of values that its texts are dates, or some of them. */
function mayBeDate({ format, pattern, enum: values }: JsonObject): boolean {
  if (Array.isArray(values))
    return values.some((value) => typeof value === 'string' && daysOf(value.slice(0, 10)) !== undefined);
  if (format !== undefined) return format === 'date' || format === 'date-time';
  if (pattern === undefined) return false;
  const validate = compileSchema({ type: 'string', pattern });
  return DATES.some((date) => validate(date).length === 0);
}

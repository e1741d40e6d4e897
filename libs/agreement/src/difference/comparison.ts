import type { FindSchema, Json, JsonObject } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import type { Change, ChangeKind } from './change.js';
import type { SchemaReader } from './schema-reader.js';
import { spend } from './steps.js';

/** Two whole agreements, and the changes found so far. */
export interface Comparison {
  readonly before: Agreement;
  readonly after: Agreement;
  readonly findSchema: FindSchema;
  readonly changes: Change[];
  /** Reads the schemas, and knows how much work is left. */
  readonly reader: SchemaReader;
}

/** One member of both documents; `undefined` where it is missing. */
export interface Member {
  /** As a rule's key spells it. */
  readonly pattern: string;
  readonly path: string;
  /** What a sentence adds to say whose member it is, such as ` of Pensions`. */
  readonly of: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** The object in which it stands. */
  readonly parents?: { readonly before: JsonObject; readonly after: JsonObject };
}

/** Adds a change of a whole member. */
export function tell(
  { path, before, after }: Pick<Member, 'path' | 'before' | 'after'>,
  kind: ChangeKind,
  sentence: string,
  comparison: Comparison,
): void {
  const was = before !== undefined && { before };
  const is = after !== undefined && { after };
  addChange({ path, kind, ...was, ...is, sentence }, comparison);
}

/** Adds a change. Nobody reads megabytes of sentences, so that their length counts as work too. */
export function addChange(change: Change, { changes, reader }: Comparison): void {
  spend(reader.steps, change.sentence.length);
  changes.push(change);
}

export const isSame = ({ before, after }: Pick<Member, 'before' | 'after'>): boolean =>
  before === after || (before !== undefined && after !== undefined && isEqual(before, after));

/** Whether two values are the same, in whatever order their members stand. */
function isEqual(one: Json, other: Json): boolean {
  if (one === other) return true;
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object') return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((value, index) => isEqual(value, other[index] ?? null));
  }
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => Object.hasOwn(other, name) && isEqual(one[name] ?? null, other[name] ?? null));
}

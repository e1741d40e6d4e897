import { canonicalise, type FindSchema, type Json, type JsonObject } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import type { Change, ChangeKind } from './change.js';

/** Two whole agreements, and the changes found so far. */
export interface Comparison {
  readonly before: Agreement;
  readonly after: Agreement;
  readonly findSchema: FindSchema;
  readonly changes: Change[];
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
  { changes }: Comparison,
): void {
  changes.push({
    path,
    kind,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    sentence,
  });
}

export const isSame = ({ before, after }: Pick<Member, 'before' | 'after'>): boolean =>
  before === after ||
  (before !== undefined && after !== undefined && canonicalise(before) === canonicalise(after));

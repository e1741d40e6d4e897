import type { Condition, Form, GrantedField, WithheldField } from '@concordat/agreement';
import type { Digest } from '@concordat/record';
import type { WithheldReason } from '../reasons.js';

/** One grant of one signed agreement, ready to decide events. Plain data: it can be printed and compared. */
export interface Program {
  readonly agreement: { readonly id: string; readonly version: number; readonly digest: Digest };
  readonly grant: string;
  readonly provider: string;
  readonly recipient: string;
  readonly eventType: string;
  readonly purpose: string;
  readonly powers: readonly string[];
  /** First and last day in force, `yyyy-MM-dd`, UTC, both included. */
  readonly from: string;
  readonly until: string;
  /** What the grant lists, in its order, with the parties' reasons. */
  readonly fields: readonly GrantedField[];
  /** What the parties considered and left out: it changes nothing, and tells why. */
  readonly leftOut: readonly WithheldField[];
  /** `undefined`: all rows. */
  readonly rows: RowTest | undefined;
  /** Envelope attributes that pass, each in its form. */
  readonly attributes: readonly Leaf[];
  /** What of `data` passes; whatever is not in this tree is withheld. */
  readonly data: ObjectNode;
  /** The newer version whose narrower grants apply, although not everyone has signed it. */
  readonly narrowedBy?: Digest;
  /** When present, everything is withheld for this reason. */
  readonly withholds?: WithheldReason;
}

/** A condition about one place. */
export type FieldCondition = Extract<Condition, { readonly field: string }>;

/**
 * A grant's condition with the way to each place: a text is a member of an object, a number a position in a
 * list, as the signed schema has it, so that neither is ever taken for the other.
 */
export type RowTest =
  | { readonly all: readonly RowTest[] }
  | { readonly any: readonly RowTest[] }
  | { readonly not: RowTest }
  | { readonly place: readonly (string | number)[]; readonly condition: FieldCondition };

/** One value that passes, in one form. */
export interface Leaf {
  readonly kind: 'leaf';
  /** The granted field that this comes from, as the agreement spells it. */
  readonly field: string;
  readonly form: Form;
}

/** An object of which only the members listed pass. */
export interface ObjectNode {
  readonly kind: 'object';
  readonly members: ReadonlyMap<string, ProgramNode>;
}

/** A list, of which each element passes through the same node. */
export interface ListNode {
  readonly kind: 'list';
  readonly element: ProgramNode;
}

/** A list, of which only the elements at these positions pass; the others leave no gap. */
export interface PickNode {
  readonly kind: 'pick';
  readonly elements: ReadonlyMap<number, ProgramNode>;
}

export type ProgramNode = Leaf | ObjectNode | ListNode | PickNode;

/** A granted field that a node stands for; the first, where it stands for several. */
export function someField(node: ProgramNode): string {
  if (node.kind === 'leaf') return node.field;
  const [first] =
    node.kind === 'list' ? [node.element] : (node.kind === 'pick' ? node.elements : node.members).values();
  return first === undefined ? '' : someField(first);
}

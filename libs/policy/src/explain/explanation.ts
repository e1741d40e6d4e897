import type { Form } from '@concordat/agreement';
import type { JsonObject } from '@concordat/record';
import type { Decision, DecisionContext } from '../interpreter/decide.js';
import type { Answer } from '../interpreter/rows.js';
import type { FieldCondition, Program } from '../program/program.js';
import type { WithheldReason } from '../reasons.js';

/**
 * Why one recipient is given what it is given of one event, as plain data. Of what is withheld it holds the place and
 * never the value; what is given is in `decision` and nowhere else.
 */
export interface Explanation {
  /** The grant that decides, and what it rests on. */
  readonly grant: Pick<
    Program,
    'agreement' | 'grant' | 'provider' | 'recipient' | 'eventType' | 'purpose' | 'powers' | 'narrowedBy'
  >;
  /** The same as `decide` gives. */
  readonly decision: Decision;
  /** All checks in their order. The first that does not hold decides, and none after it is asked. */
  readonly checks: readonly CheckExplained[];
  /** The grant's condition, when it has one and it was asked. */
  readonly rows?: RowsExplained;
  /** What the grant lists, in its order. */
  readonly fields: readonly FieldExplained[];
  /**
   * All else of the event that has a value. Empty when the event comes from another agency than the grant's provider,
   * or is of another type: then the grant says nothing of it, and nobody looks.
   */
  readonly withheld: readonly PlaceWithheld[];
}

/** What an explanation depends on besides the program and the event. */
export interface ExplanationContext extends DecisionContext {
  /**
   * The event schema that the parties signed. A member's name can be as telling as a value, so an explanation names
   * only members that this schema declares or the grant mentions; without it, only the latter.
   */
  readonly schema?: JsonObject;
}

/** The checks, in the order in which they are made. */
export const checkNames = ['provider', 'type', 'standing', 'term', 'grant', 'rows', 'forms'] as const;
export type CheckName = (typeof checkNames)[number];

export interface CheckExplained {
  readonly check: CheckName;
  readonly result: 'held' | 'failed' | 'not-asked';
  /** Why everything is withheld, when the check failed. */
  readonly reason?: WithheldReason;
  /** The agreement's standing was not given, so it was taken to be in force. */
  readonly assumed?: true;
}

/** A condition with the answer to it and to each of its parts. */
export type RowsExplained =
  | { readonly answer: Answer; readonly all: readonly RowsExplained[] }
  | { readonly answer: Answer; readonly any: readonly RowsExplained[] }
  | { readonly answer: Answer; readonly not: RowsExplained }
  | { readonly answer: Answer; readonly condition: FieldCondition; readonly found: Found };

/**
 * What was found where a condition looks: a value that can be compared; nothing; null; something of another type; a
 * text that is no date or no postcode; a date of which too little is known; or, on the way there, something of another
 * shape than the event schema says.
 */
export type Found =
  'a-value' | 'nothing' | 'null' | 'another-type' | 'unreadable' | 'not-exact-enough' | 'another-shape';

export interface FieldExplained {
  readonly field: string;
  readonly as: Form;
  /** The parties' reason. */
  readonly because: string;
  /**
   * `given`; `absent`: the event has nothing there, so it is left out; `failed`: it could not be given in its form,
   * which withholds the whole record; `held-back`: it could have been given, but another field failed; `not-asked`: an
   * earlier check failed.
   */
  readonly result: 'given' | 'absent' | 'failed' | 'held-back' | 'not-asked';
}

export interface PlaceWithheld {
  readonly in: 'attributes' | 'data';
  /** An attribute's name, or a JSON Pointer into `data`; `*` stands for each element of a list that is not granted. */
  readonly place: string;
  /**
   * `not-granted`: the grant does not list it. `not-known`: one or more members of this place have names that neither
   * the event schema nor the grant knows. They are not named here: a name can be as telling as a value.
   */
  readonly why: 'not-granted' | 'not-known';
  /** The parties' reason for leaving it out, where they gave one. */
  readonly because?: string;
}

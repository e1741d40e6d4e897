import type { Digest, JsonObject } from '@concordat/record';

/** What kind of value a blank takes; `schemas/agreement-template/1.0.json` says what each one is. */
export type BlankType =
  | 'name'
  | 'sentence'
  | 'text'
  | 'sentences'
  | 'date'
  | 'duration'
  | 'email'
  | 'telephone'
  | 'number'
  | 'whole-number'
  | 'postcode-districts';

/** One value that is filled in. */
export interface Blank {
  readonly name: string;
  readonly description: string;
  readonly type: BlankType;
  /** For a name, a sentence or a text: the most characters, when fewer than its type allows. */
  readonly longest?: number;
}

/** A list of items, each with blanks of its own. */
export interface ListBlank {
  readonly name: string;
  readonly description: string;
  readonly type: 'list';
  readonly atLeast: number;
  readonly atMost: number;
  readonly each: readonly Blank[];
}

/** A template, `dsaTemplate` 1.0; described member by member in `schemas/agreement-template/1.0.json`. */
export interface Template {
  readonly dsaTemplate: '1.0';
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly blanks: readonly (Blank | ListBlank)[];
  /** An agreement in which blanks and repeated sections stand in the place of values. */
  readonly agreement: JsonObject;
}

/** A template whose bytes are fixed: what agreements made from it name by its digest. */
export interface FrozenTemplate {
  readonly template: Template;
  /** Canonical text (RFC 8785). */
  readonly text: string;
  readonly digest: Digest;
}

export const isList = (blank: Blank | ListBlank): blank is ListBlank => blank.type === 'list';

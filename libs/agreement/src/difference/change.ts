import type { Json } from '@concordat/record';

/**
 * What a change does. `narrows`: less is given, or a duty is stricter. `widens`: more may be given or done, or
 * nobody can tell that it may not. `changes`: the text says something else, which a person must weigh.
 * `administrative`: neither what is given nor what is owed depends on it.
 */
export type ChangeKind = 'administrative' | 'narrows' | 'changes' | 'widens';

/** One change between two versions of an agreement. */
export interface Change {
  /** A JSON Pointer into the later version, or into the earlier one for what is only there. */
  readonly path: string;
  readonly kind: ChangeKind;
  /** What was there; absent for what is new. */
  readonly before?: Json;
  /** What is there now; absent for what is gone. */
  readonly after?: Json;
  /** The change in plain English. */
  readonly sentence: string;
}

/** All that differs between two versions of an agreement. */
export interface Difference {
  /**
   * The gravest of the changes; `none` when there is none. `narrows` promises that for every event the later
   * version tells a recipient nothing that the earlier one did not tell, and that no duty is weaker.
   */
  readonly overall: 'none' | ChangeKind;
  readonly changes: readonly Change[];
}

/** From the gravest to the lightest. */
export const changeKinds: readonly ChangeKind[] = ['widens', 'changes', 'narrows', 'administrative'];

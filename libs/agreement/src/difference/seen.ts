import { implies, type Claim, type Test, type Values } from './conditions.js';
import { mayLookMissing } from './facts.js';
import { alwaysSpeaks, tellsWhetherThere } from './place-shows.js';
import { isPosition, type GrantTree, type Leaf, type Place } from './place-tree.js';
import { spend, type Steps } from './steps.js';

/**
 * Whether the recipient of a record can work out by what it was given whether a test holds. If not, to give
 * only the records for which it holds would tell something new of each of them: who may not see the cause of
 * death must not learn it by getting no deaths but those of one cause.
 *
 * @param known the test that holds for all records that are given, and the steps that are left
 * @throws TooLarge when it takes more steps
 */
export function isSeen(
  test: Test,
  tree: GrantTree,
  known: { readonly rows: Test | undefined; readonly steps: Steps },
): boolean {
  const { rows, steps } = known;
  spend(steps);
  if (rows !== undefined && implies(rows, test, steps)) return true;
  if ('all' in test) return test.all.every((one) => isSeen(one, tree, known));
  if ('any' in test) return test.any.every((one) => isSeen(one, tree, known));
  spend(steps, test.tokens.length);
  return isClaimSeen(test, tree);
}

function isClaimSeen({ tokens, values }: Claim, tree: GrantTree): boolean {
  const isAboutPresence = values.kind === 'given' || values.kind === 'not-given';
  let place: Place = tree.data;
  for (const token of tokens) {
    const next = stepInto(place, token);
    if (next === undefined) return false;
    place = next;
  }
  if (place.kind !== 'leaf') return isAboutPresence && tellsWhetherThere(place);
  return isAboutPresence ? tellsIfGiven(place) : tellsValues(place, values);
}

function stepInto(place: Place, token: string): Place | undefined {
  switch (place.kind) {
    case 'object':
      return place.members.get(token);
    case 'list':
      // Elements that give nothing leave no gap: then nobody can count.
      return isPosition(token) && alwaysSpeaks(place.element) ? place.element : undefined;
    case 'pick':
      return undefined;
    case 'leaf':
      // A whole object without a schema; a position could be in a list with gaps.
      return place.form === 'clear' && place.schema === undefined && !isPosition(token) ? place : undefined;
  }
}

function tellsIfGiven(leaf: Leaf): boolean {
  if (leaf.form === 'presence') return !mayLookMissing(leaf.schema);
  return tellsWhetherThere(leaf);
}

function tellsValues({ form }: Leaf, values: Values): boolean {
  if (form === 'clear') return true;
  if (typeof form === 'string' || 'pseudonym' in form) return false;
  if (form.generalise === 'postcode-district')
    return values.kind === 'districts' || values.kind === 'other-districts';
  if (form.generalise !== 'band' || values.kind !== 'range') return false;
  // The bound must lie where one band ends and the next begins.
  const { width } = form;
  const starts = (value: number): boolean => Number.isSafeInteger(value) && value % width === 0;
  const { low, high, without } = values;
  const isLowAligned = low === -Infinity || starts(without === 'low' ? low + 1 : low);
  const isHighAligned = high === Infinity || starts(without === 'high' ? high : high + 1);
  return isLowAligned && isHighAligned;
}

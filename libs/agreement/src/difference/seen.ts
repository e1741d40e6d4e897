import { implies, type Claim, type Test, type Values } from './conditions.js';
import { begins } from '../document/partial-date.js';
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
  switch (form.generalise) {
    case 'postcode-district':
      return values.kind === 'districts' || values.kind === 'other-districts';
    case 'month':
    case 'year': {
      // What is coarser already stays as it is, so the bound must lie where one month or year ends, for all values.
      const { generalise } = form;
      return values.kind === 'days' && isBetween(values, (day) => begins(generalise, day));
    }
    case 'band': {
      const { width } = form;
      return values.kind === 'range' && isBetween(wholeOf(values), (value) => value % width === 0);
    }
    case 'age-band': {
      // Nobody has less than 0 years: with such a number the form fails, and the record is withheld.
      const { from } = form;
      return values.kind === 'range' && isBetween(wholeOf(values), (age) => age <= 0 || from.includes(age));
    }
    case 'postcode-area':
    case 'initial':
      return false;
  }
}

/** Both ends included; infinite where there is none. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/** Whether a span begins and ends where one of the bands that are given ends and the next one begins. */
const isBetween = ({ first, last }: Span, starts: (value: number) => boolean): boolean =>
  (first === -Infinity || starts(first)) && (last === Infinity || starts(last + 1));

/** The whole numbers in a range. */
function wholeOf({ low, high, without }: Extract<Values, { kind: 'range' }>): Span {
  const [first, last] = [Math.ceil(low), Math.floor(high)];
  return {
    first: without === 'low' && first === low ? first + 1 : first,
    last: without === 'high' && last === high ? last - 1 : last,
  };
}

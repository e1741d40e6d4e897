import { pointerOf } from '@concordat/record';
import { isRenewed, isSameForm, isWithinForm } from './compare-forms.js';
import { mayFail } from './facts.js';
import { alwaysSpeaks, mayWithhold, speaksOfNothing, tellsPresence } from './place-shows.js';
import { type GrantTree, type Leaf, type Place } from './place-tree.js';
import { spend, type Steps } from './steps.js';

/** What changed at one place of what is given. */
export interface PlaceChange {
  readonly kind: 'narrows' | 'widens';
  /** A pointer into `data`, or the name of an attribute. */
  readonly place: string;
  readonly was: Place | undefined;
  readonly is: Place | undefined;
  /** Why it widens although less seems to be given. */
  readonly reason?: WideningReason;
}

export type WideningReason = 'withheld-until-now' | 'joins' | 'renewed' | 'tells-gaps' | 'undecided';

interface Walk {
  readonly steps: Steps;
  readonly found: PlaceChange[];
}

/**
 * Compares what two trees give of the same events. When nothing widens, what the later one gives can be worked
 * out from what the earlier one gives, and the earlier one gives a record whenever the later one does.
 *
 * @throws TooLarge when it takes more steps than are left
 */
export function comparePlaces(before: GrantTree, after: GrantTree, steps: Steps): PlaceChange[] {
  const walk: Walk = { steps, found: [] };
  for (const name of union(before.attributes, after.attributes))
    compare(before.attributes.get(name), after.attributes.get(name), name, walk);
  compare(before.data, after.data, '', walk);
  return walk.found;
}

function compare(was: Place | undefined, is: Place | undefined, place: string, walk: Walk): void {
  spend(walk.steps);
  const say = (kind: PlaceChange['kind'], reason?: WideningReason): void => {
    walk.found.push({ kind, place, was, is, ...(reason && { reason }) });
  };
  if (was === undefined) {
    if (is !== undefined) say('widens');
    return;
  }
  if (is === undefined) return mayWithhold(was) ? say('widens', 'withheld-until-now') : say('narrows');
  if (is.kind === 'leaf') {
    if (was.kind === 'leaf') return compareLeaves(was, is, place, walk);
    if (is.form !== 'presence') return say('widens');
    if (mayWithhold(was)) return say('widens', 'withheld-until-now');
    return tellsPresence(was) ? say('narrows') : say('widens', 'tells-gaps');
  }
  if (was.kind === 'leaf') return compareParts(was, is, place, walk);
  if (was.kind === 'object' && is.kind === 'object') {
    for (const name of union(was.members, is.members))
      compare(was.members.get(name), is.members.get(name), place + pointerOf([name]), walk);
    return;
  }
  if (was.kind === 'list' && is.kind === 'list') {
    if (tellsGaps(was.element, is.element)) return say('widens', 'tells-gaps');
    return compare(was.element, is.element, `${place}/*`, walk);
  }
  if (was.kind === 'list' && is.kind === 'pick') {
    // Only when each element gives something can its position be told from the list that was given.
    if (!alwaysSpeaks(was.element)) return say('widens', 'tells-gaps');
    if (mayWithhold(was.element)) return say('widens', 'withheld-until-now');
    say('narrows');
    for (const [position, element] of is.elements)
      compare(was.element, element, `${place}/${position}`, walk);
    return;
  }
  if (was.kind === 'pick' && is.kind === 'pick') return comparePicks(was, is, place, walk);
  say('widens', 'undecided');
}

function compareLeaves(was: Leaf, is: Leaf, place: string, walk: Walk): void {
  if (isSameForm(was.form, is.form)) return;
  const say = (kind: PlaceChange['kind'], reason?: WideningReason): void => {
    walk.found.push({ kind, place, was, is, ...(reason && { reason }) });
  };
  if (!isWithinForm(is.form, was.form, was.schema, was.schema !== undefined)) {
    if (is.form !== 'presence') return say('widens', isRenewed(was.form, is.form) ? 'renewed' : undefined);
    return say('widens', mayFail(was.form, was.schema) ? 'withheld-until-now' : 'undecided');
  }
  // It is the same stand-in as in records of older versions, of other fields and of other events. What those told
  // of the person could newly be joined with this one, and nobody can tell by two versions what was given before.
  if (typeof is.form === 'object' && 'pseudonym' in is.form) return say('widens', 'joins');
  say('narrows');
}

/** A whole that was given in clear, and now in parts; without a schema, or both would have been spelled out. */
function compareParts(was: Leaf, is: Exclude<Place, Leaf>, place: string, walk: Walk): void {
  if (was.form !== 'clear' || is.kind === 'pick')
    return void walk.found.push({ kind: 'widens', place, was, is, reason: 'undecided' });
  walk.found.push({ kind: 'narrows', place, was, is });
  if (is.kind === 'object') {
    for (const [name, member] of is.members) compare(was, member, place + pointerOf([name]), walk);
  } else if (tellsGaps(was, is.element)) {
    walk.found.push({ kind: 'widens', place, was, is, reason: 'tells-gaps' });
  } else {
    compare(was, is.element, `${place}/*`, walk);
  }
}

function comparePicks(
  was: Extract<Place, { kind: 'pick' }>,
  is: Extract<Place, { kind: 'pick' }>,
  place: string,
  walk: Walk,
): void {
  const positions = union(was.elements, is.elements);
  const isSameSet = positions.size === was.elements.size && positions.size === is.elements.size;
  const known = walk.found.length;
  for (const position of positions)
    compare(was.elements.get(position), is.elements.get(position), `${place}/${position}`, walk);
  if (walk.found.length === known || [...was.elements.values()].every(alwaysSpeaks)) return;
  // An element that gave nothing left no gap, so it cannot be told which of several positions gave what.
  const [first] = was.elements.values();
  const [now] = is.elements.values();
  const isOne = isSameSet && positions.size === 1 && first !== undefined && now !== undefined;
  if (!isOne || tellsGaps(first, now))
    walk.found.push({ kind: 'widens', place, was, is, reason: 'tells-gaps' });
}

/** Whether the later form tells of elements of which the earlier one gave nothing. */
const tellsGaps = (was: Place, is: Place): boolean => speaksOfNothing(is) && !alwaysSpeaks(was);

const union = <K>(one: ReadonlyMap<K, unknown>, other: ReadonlyMap<K, unknown>): Set<K> =>
  new Set([...one.keys(), ...other.keys()]);

import { alwaysHas, mayFail, mayLookMissing, requires } from './facts.js';
import type { Place } from './place-tree.js';

/**
 * Answers once for each place, since the same is asked of every part of a tree again and again. A place never
 * changes, and its answer goes with it.
 */
function once(answer: (place: Place) => boolean): (place: Place) => boolean {
  const answers = new WeakMap<Place, boolean>();
  return (place) => {
    const known = answers.get(place);
    if (known !== undefined) return known;
    const found = answer(place);
    answers.set(place, found);
    return found;
  };
}

/** Whether some value below a place can withhold the whole record, since it cannot be given in its form. */
export const mayWithhold = once((place): boolean => {
  if (place.kind === 'leaf') return mayFail(place.form, place.schema);
  return partsOf(place).some(mayWithhold);
});

/** Whether a place gives something although there is no value: only `presence` does. */
export const speaksOfNothing = once((place): boolean => {
  if (place.kind === 'leaf') return place.form === 'presence';
  return place.kind === 'object' && partsOf(place).some(speaksOfNothing);
});

/** Whether a place gives something whenever there is a value. Elements of a list that give nothing leave no gap. */
export const alwaysSpeaks = once((place): boolean => {
  switch (place.kind) {
    case 'leaf':
      // Without a schema it may be an object without members. The other forms suit single values only.
      return place.form !== 'clear' || place.schema !== undefined;
    case 'object':
      return [...place.members].some(
        ([name, member]) => speaksOfNothing(member) || (requires(place.schema, name) && alwaysSpeaks(member)),
      );
    case 'list':
      return place.schema !== undefined;
    case 'pick':
      return [...place.elements].some(
        ([position, element]) => alwaysHas(place.schema, position) && alwaysSpeaks(element),
      );
  }
});

/** Whether what is given tells if there is a value. */
export const tellsWhetherThere = once((place): boolean => {
  switch (place.kind) {
    case 'leaf':
      if (place.form === 'presence') return !mayLookMissing(place.schema);
      return place.form !== 'clear' || place.schema !== undefined;
    case 'object':
      return [...place.members].some(
        ([name, member]) => requires(place.schema, name) && tellsWhetherThere(member),
      );
    case 'list':
      return place.schema !== undefined;
    case 'pick':
      return alwaysSpeaks(place);
  }
});

/** Whether what is given tells what `presence` of the same place would. */
export function tellsPresence(place: Place): boolean {
  switch (place.kind) {
    case 'leaf':
      return place.form === 'presence';
    case 'object':
      return tellsWhetherThere(place);
    case 'list':
      return place.schema !== undefined && alwaysSpeaks(place.element);
    case 'pick': {
      const first = place.elements.get(0);
      return place.schema !== undefined && first !== undefined && alwaysSpeaks(first);
    }
  }
}

const partsOf = (place: Exclude<Place, { kind: 'leaf' }>): readonly Place[] =>
  place.kind === 'list'
    ? [place.element]
    : [...(place.kind === 'pick' ? place.elements : place.members).values()];

import type { Finding } from '@concordat/problem';
import { pointerOf, type Json, type JsonObject } from '@concordat/record';
import { misfits } from './blank-types.js';
import { isObject } from './placeholder.js';
import { isList, type Blank, type ListBlank } from './template.js';

/**
 * What is wrong with the values for a template's blanks: one missing, one that no blank has the name of, one of
 * the wrong type. An empty list means that they can be filled in. Paths point into the values.
 */
export const findWrongValues = (blanks: readonly (Blank | ListBlank)[], values: JsonObject): Finding[] =>
  wrongMembers(blanks, values, []);

function wrongMembers(
  blanks: readonly (Blank | ListBlank)[],
  values: JsonObject,
  at: readonly string[],
): Finding[] {
  const names = new Set(blanks.map(({ name }) => name));
  const unknown = Object.keys(values).filter((name) => !names.has(name));
  return [
    ...unknown.map((name) => ({ path: pointerOf([...at, name]), message: 'is no blank of the template' })),
    ...blanks.flatMap((blank) => {
      const here = [...at, blank.name];
      const value = own(values, blank.name);
      if (value === undefined) return [{ path: pointerOf(here), message: 'is not filled in' }];
      return isList(blank) ? wrongList(blank, value, here) : wrongValue(blank, value, here);
    }),
  ];
}

const wrongValue = (blank: Blank, value: Json, at: readonly string[]): Finding[] =>
  misfits(blank, value).map(({ path, message }) => ({ path: pointerOf(at) + path, message }));

function wrongList({ atLeast, atMost, each }: ListBlank, value: Json, at: readonly string[]): Finding[] {
  if (!Array.isArray(value)) return [{ path: pointerOf(at), message: 'must be a list' }];
  if (value.length < atLeast || value.length > atMost) {
    return [{ path: pointerOf(at), message: `must have ${atLeast} to ${atMost} items` }];
  }
  return Array.from(value, (item, index) => {
    const here = [...at, String(index)];
    return isObject(item)
      ? wrongMembers(each, item, here)
      : [{ path: pointerOf(here), message: 'must be an object with the values of one item' }];
  }).flat();
}

/** A member of the object itself, never what every object inherits, such as `constructor`. */
export const own = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

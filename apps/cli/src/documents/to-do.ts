import type { Finding } from '@concordat/problem';
import { pointerOf, type Json } from '@concordat/record';

const MARK = 'TO DO: ';

/** What stands where something is still to be written. */
export const toDo = (what: string): string => `${MARK}${what}`.slice(0, 1000);

/** Every place in a document where something is still to be written. */
export function findToDos(value: Json, at: readonly string[] = []): Finding[] {
  if (typeof value === 'string')
    return value.startsWith(MARK.trim()) ? [{ path: pointerOf(at), message: 'is still to be written' }] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, item]) => findToDos(item, [...at, name]));
}

import type { Template } from '@concordat/agreement';
import type { Json, JsonObject } from '@concordat/record';
import { toDo } from './to-do.js';

type Blank = Template['blanks'][number];

/** The values of a template, all still to be written. */
export const blankValues = ({ blanks }: Template): JsonObject =>
  Object.fromEntries(blanks.map((blank) => [blank.name, valueOf(blank)]));

function valueOf(blank: Blank): Json {
  if (blank.type !== 'list') return toDo(`${blank.description} (${blank.type})`);
  const item = Object.fromEntries(blank.each.map((one) => [one.name, valueOf(one)]));
  return Array.from({ length: Math.max(1, blank.atLeast) }, () => item);
}

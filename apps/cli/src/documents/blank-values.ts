import type { Blank, BlankType, Template } from '@concordat/agreement';
import type { Json, JsonObject } from '@concordat/record';
import { toDo } from './to-do.js';

/** How a value of each type is written, for whoever fills it in. */
const HINTS: Readonly<Record<BlankType, string>> = {
  name: ' Lower-case words joined by hyphens.',
  sentence: '',
  text: '',
  sentences: ' A sentence for each; add as many as there are.',
  date: ' A day, such as 2027-03-31.',
  duration: ' A length of time: P6Y is six years, P30D thirty days, PT24H twenty-four hours.',
  email: ' An email address.',
  telephone: ' A telephone number.',
  number: ' A number, without quotation marks.',
  'whole-number': ' A whole number, without quotation marks.',
  'postcode-districts': ' A postcode district for each, such as NS1; add as many as there are.',
};

const LISTS: readonly BlankType[] = ['sentences', 'postcode-districts'];

/** The values of a template, all still to be written. */
export const blankValues = ({ blanks }: Template): JsonObject =>
  Object.fromEntries(
    blanks.map((blank) => [
      blank.name,
      blank.type === 'list'
        ? Array.from({ length: Math.max(1, blank.atLeast) }, () =>
            Object.fromEntries(blank.each.map((one) => [one.name, valueOf(one)])),
          )
        : valueOf(blank),
    ]),
  );

function valueOf({ type, description }: Blank): Json {
  const words = toDo(`${description}${HINTS[type]}`);
  return LISTS.includes(type) ? [words] : words;
}

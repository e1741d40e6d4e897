import type { Form } from '../document/agreement.js';
import { mayBeEmptyText, mayFail, type PlaceSchema } from './facts.js';

/**
 * Whether what one form tells of a value can be worked out from what another tells, and whether it withholds
 * the record wherever the other does:
 *
 * ```text
 *                        clear
 *     ┌─────────┬──────────┼───────┬──────────┐
 *   month   district   band of 5   │          │      (no two of these can be compared)
 *     │         │          ├───────│──────────│──────────────┐
 *    year     area     band of 10  initial  pseudonym   ages from 5, 15, 65
 *     │         │          │       │          │              │
 *     │         │      band of 20  │          │         ages from 15, 65
 *     └─────────┴──────────┴───┬───┴──────────┴──────────────┘
 *                          presence
 *                              │
 *                          withheld
 * ```
 *
 * A form above `presence` may fail, which withholds the whole record. Month and year fail for the same values,
 * and so do district and area, and all bands of one width; bands of ages fail for these and below 0. `presence`
 * never fails, so it is below only those that cannot. The names of one epoch say nothing of those of another.
 *
 * @param known whether it is known that the place holds a single value
 */
export function isWithinForm(form: Form, within: Form, schema: PlaceSchema, known: boolean): boolean {
  if (isSameForm(form, within)) return true;
  if (within === 'presence' || form === 'clear') return false;
  if (form === 'presence') {
    if (within === 'clear') return known;
    if (mayFail(within, schema)) return false;
    // The stand-in for the empty text looks like any other; `presence` would tell it.
    return !('pseudonym' in within) || !mayBeEmptyText(schema);
  }
  if (within === 'clear') return true;
  if ('pseudonym' in form || 'pseudonym' in within) return false;
  if (form.generalise === 'band') return within.generalise === 'band' && form.width % within.width === 0;
  if (form.generalise === 'age-band') return isWithinBands(form.from, within);
  return COARSER[within.generalise] === form.generalise;
}

/** The last band is open, so that bands of one width cannot be told from it. */
function isWithinBands(from: readonly number[], within: Exclude<Form, string>): boolean {
  if ('from' in within) {
    const known = new Set(within.from);
    return from.every((age) => known.has(age));
  }
  return 'width' in within && from.every((age) => age % within.width === 0);
}

/** What each is made coarser to. */
const COARSER: Readonly<Record<string, string>> = {
  month: 'year',
  'postcode-district': 'postcode-area',
};

export function isSameForm(one: Form, other: Form): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  if ('pseudonym' in one)
    return 'pseudonym' in other && one.pseudonym === other.pseudonym && epochOf(one) === epochOf(other);
  if ('pseudonym' in other || one.generalise !== other.generalise) return false;
  if ('width' in one) return 'width' in other && one.width === other.width;
  if (!('from' in one)) return true;
  return 'from' in other && one.from.length === other.from.length && isWithinBands(one.from, other);
}

const epochOf = ({ epoch = 1 }: Extract<Form, { readonly pseudonym: string }>): number => epoch;

/** Whether the same kind of stand-in is made anew. */
export const isRenewed = (one: Form, other: Form): boolean =>
  typeof one === 'object' &&
  typeof other === 'object' &&
  'pseudonym' in one &&
  'pseudonym' in other &&
  one.pseudonym === other.pseudonym &&
  epochOf(one) !== epochOf(other);

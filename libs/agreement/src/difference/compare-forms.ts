import type { Form } from '../document/agreement.js';
import { mayBeEmptyText, mayFail, type PlaceSchema } from './facts.js';

/**
 * Whether what one form tells of a value can be worked out from what another tells, and whether it withholds
 * the record wherever the other does:
 *
 * ```text
 *                    clear
 *     ┌─────────┬──────┴──────┬────────────┐
 *   month   district     band of 10    pseudonym      (no two of these can be compared)
 *     │         │             │            │
 *    year     area       band of 20        │
 *     └─────────┴──────┬──────┴────────────┘
 *                   presence
 *                      │
 *                   withheld
 * ```
 *
 * A form above `presence` may fail, which withholds the whole record. Month and year fail for the same values,
 * and so do district and area, and all bands; `presence` never fails, so it is below only those that cannot.
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
  return COARSER[within.generalise] === form.generalise;
}

/** What each is made coarser to. */
const COARSER: Readonly<Record<string, string>> = {
  month: 'year',
  'postcode-district': 'postcode-area',
};

export function isSameForm(one: Form, other: Form): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  if ('pseudonym' in one) return 'pseudonym' in other && one.pseudonym === other.pseudonym;
  if ('pseudonym' in other || one.generalise !== other.generalise) return false;
  return one.generalise !== 'band' || other.generalise !== 'band' || one.width === other.width;
}

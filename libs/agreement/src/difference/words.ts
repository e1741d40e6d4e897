import type { Json, JsonObject } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import { neutralise } from '../plain-english/neutral.js';
import { dateInWords, durationInWords, numberInWords } from '../plain-english/words.js';
import { textOf } from './text-of.js';

/** Longer texts are not quoted in a sentence; the change carries them. */
const MAX_QUOTED = 120;

/** Says that something reads differently, and how when that is short. */
export function valueWords(
  called: string,
  { before, after }: { readonly before: Json | undefined; readonly after: Json | undefined },
): string {
  const [was, is] = [quoted(before), quoted(after)];
  const subject = capitalised(called);
  if (before === undefined) return is === undefined ? `${subject} is new.` : `${subject} is new: ${is}.`;
  if (after === undefined) return `${subject} is no longer stated.`;
  if (was === undefined || is === undefined) return `${subject} is stated differently.`;
  return `${subject} changed from ${was} to ${is}.`;
}

/** Says that something became allowed, or is ruled out. */
export const switchWords = (called: string, isOn: boolean): string =>
  isOn
    ? `${capitalised(called)} is allowed from now on.`
    : `${capitalised(called)} is ruled out from now on.`;

/** Says that an element of a list was added or removed. */
export function itemWords(
  called: string,
  of: string,
  value: Json,
  what: 'added' | 'removed',
  agreement: Agreement,
): string {
  return `${capitalised(nounWords(called, value, agreement))}${of} was ${what}.`;
}

/** Names an element of a list. */
export function nounWords(called: string, value: Json, agreement: Agreement): string {
  const name = nameOf(value, agreement);
  return name === undefined ? `a ${called}` : `the ${called} “${neutralise(name)}”`;
}

function nameOf(value: Json, agreement: Agreement): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  if ('event' in value) return grantName(value, agreement);
  if ('act' in value) return `${textOf(value['act'])}, ${textOf(value['section'])}`;
  const name = value['name'] ?? value['category'] ?? value['role'];
  return typeof name === 'string' ? name : undefined;
}

const grantName = ({ provider, recipient, event }: JsonObject, agreement: Agreement): string =>
  `${textOf(event)} from ${partyName(textOf(provider), agreement)} to ${partyName(textOf(recipient), agreement)}`;

/** The legal name of a party. */
export const partyName = (agency: string, { parties }: Agreement): string =>
  neutralise(parties.find((party) => party.agency === agency)?.name ?? agency);

function quoted(value: Json | undefined): string | undefined {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return numberInWords(value);
  if (typeof value !== 'string' || value.length > MAX_QUOTED) return undefined;
  if (/^\d{4}-\d\d-\d\d$/u.test(value)) return dateInWords(value);
  if (/^P[\dT]/u.test(value)) return durationInWords(value);
  return `“${neutralise(value)}”`;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

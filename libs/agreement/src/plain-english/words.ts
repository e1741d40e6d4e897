import type { Form } from '../document/agreement.js';
import { exact, said, type Exact, type Inline, type Said } from './blocks.js';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `2026-04-01` → `1 April 2026`. */
export function dateInWords(date: string): string {
  const [year, month, day] = date.split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? ''} ${year ?? ''}`;
}

/** `2026-04-01` → `on 1 April 2026`, `2026-04` → `in April 2026`, `2026` → `in 2026`. */
export function partialDateInWords(date: string): string {
  const [year = '', month, day] = date.split('-');
  if (month === undefined) return `in ${year}`;
  return day === undefined ? `in ${MONTHS[Number(month) - 1] ?? ''} ${year}` : `on ${dateInWords(date)}`;
}

const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/u;
const UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'];

/** `P1Y6M` → `1 year and 6 months`. */
export function durationInWords(duration: string): string {
  const amounts = DURATION.exec(duration)?.slice(1) ?? [];
  const parts = UNITS.flatMap((unit, index) => {
    const amount = amounts[index]?.replace(/^0+(?=\d)/u, '');
    return amount === undefined ? [] : [`${amount} ${unit}${amount === '1' ? '' : 's'}`];
  });
  return inSeries(parts);
}

/** `a, b and c`. */
export const inSeries = (parts: readonly string[], last: 'and' | 'or' = 'and'): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1) ?? ''}`;

/** `84000` → `84,000`; a number that is not whole as JSON writes it. */
export const numberInWords = (value: number): string =>
  Number.isSafeInteger(value) ? String(value).replace(/\B(?=(?:\d{3})+$)/gu, ',') : String(value);

/** `1 field`, `2 fields`. */
export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${numberInWords(amount)} ${amount === 1 ? one : many}`;

const SAFE_NAME = /^[A-Za-z0-9@/*_.:~+-]+$/u;

/** A machine's name as code, or as the parties' words when it holds more than a machine's name should. */
export const name = (value: string): Exact | Said => (SAFE_NAME.test(value) ? exact(value) : said(value));

/** `/deceased/dateOfBirth` → `deceased: date of birth [/deceased/dateOfBirth]`. */
export function fieldName(field: string): Inline {
  const plain = plainName(field);
  return plain === undefined ? [name(field)] : [`${plain} `, name(field)];
}

/** The words of a pointer, or nothing when it is not made of words. */
export function plainName(field: string): string | undefined {
  if (!field.startsWith('/')) return SAFE_NAME.test(field) ? `the event’s ${inWords(field)}` : undefined;
  const tokens = field.slice(1).split('/');
  if (tokens.length > MOST_PARTS) return undefined;
  const parts: string[] = [];
  for (const token of tokens) {
    const place = placeInList(token);
    if (place !== undefined && parts.length > 0) parts.push(`${parts.pop() ?? ''} (${place})`);
    else if (WORDS.test(token)) parts.push(inWords(token));
    else return undefined;
  }
  return parts.join(': ');
}

/** A name with more parts than this says less than the pointer. */
const MOST_PARTS = 8;
const WORDS = /^[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)*$/u;

function placeInList(token: string): string | undefined {
  if (token === '*') return 'each';
  if (!/^\d{1,6}$/u.test(token)) return undefined;
  return ['the first', 'the second', 'the third'][Number(token)] ?? `number ${Number(token) + 1}`;
}

/** `nationalInsuranceNumber` → `National Insurance number`. */
function inWords(token: string): string {
  const words = token
    .replace(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/gu, '$1 $2')
    .toLowerCase()
    .split(/[ _-]/u)
    .map((word) => (ABBREVIATIONS.has(word) ? word.toUpperCase() : word))
    .join(' ');
  return words.replace('national insurance', 'National Insurance');
}

const ABBREVIATIONS = new Set(['nhs', 'uprn', 'usrn', 'urn', 'uri', 'url', 'id', 'uk', 'gp', 'vat', 'dvla']);

/** How a field is given, in words that follow its name. */
export function formInWords(form: Form, field: string): string {
  if (form === 'clear') return 'as it is';
  if (form === 'presence') return 'only whether there is one';
  if ('pseudonym' in form) {
    const series = form.epoch === undefined ? '' : `, series ${numberInWords(form.epoch)}`;
    return `as a stand-in that only this recipient sees (kind: ${form.pseudonym}${series})`;
  }
  switch (form.generalise) {
    case 'month':
      return 'the month and year only';
    case 'year':
      return 'the year only';
    case 'postcode-district':
      return 'the first half of the postcode, such as NS1';
    case 'postcode-area':
      return 'the letters at the start of the postcode, such as NS';
    case 'initial':
      return 'the first letter only';
    case 'age-band':
      return `as one of the bands ${inSeries(ageBands(form.from))}`;
    case 'band': {
      const start = Math.floor(70 / form.width) * form.width;
      const example = `${start}-${start + form.width - 1}`;
      const years = /(?:^|\/)age[^/]*$/u.test(field);
      const width = numberInWords(form.width);
      return `${years ? `as a ${width}-year band` : `as a band ${width} wide`}, such as ${example}`;
    }
  }
}

/** `[16, 65]` → `0-15`, `16-64`, `65+`. */
const ageBands = (from: readonly number[]): string[] =>
  [0, ...from].map((first, index) => {
    const next = from[index];
    return next === undefined ? `${first}+` : `${first}-${next - 1}`;
  });

export const ARTICLE_6: Readonly<Record<string, string>> = {
  '6(1)(a)': 'consent',
  '6(1)(b)': 'contract',
  '6(1)(c)': 'legal obligation',
  '6(1)(d)': 'vital interests',
  '6(1)(e)': 'public task',
  '6(1)(f)': 'legitimate interests',
};

export const ARTICLE_9: Readonly<Record<string, string>> = {
  '9(2)(a)': 'explicit consent',
  '9(2)(b)': 'employment, social security and social protection',
  '9(2)(c)': 'vital interests',
  '9(2)(d)': 'not-for-profit bodies',
  '9(2)(e)': 'made public by the person themselves',
  '9(2)(f)': 'legal claims or judicial acts',
  '9(2)(g)': 'reasons of substantial public interest',
  '9(2)(h)': 'health or social care',
  '9(2)(i)': 'public health',
  '9(2)(j)': 'archiving, research and statistics',
};

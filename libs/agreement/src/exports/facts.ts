import type { Agreement, Condition, Contact, Form, Grant, Party } from '../document/agreement.js';
import {
  durationInWords,
  formInWords,
  inSeries,
  partialDateInWords,
  plainName,
} from '../plain-english/words.js';

/** The parties with the role of recipient that a party gives to, or that give to it, by the grants. */
export function counterparts({ grants, parties }: Agreement, { agency }: Party): readonly Party[] {
  const names = new Set(
    grants.flatMap(({ provider, recipient }) =>
      provider === agency ? [recipient] : recipient === agency ? [provider] : [],
    ),
  );
  return parties.filter((party) => names.has(party.agency));
}

/** The grants in which a party gives or gets. */
export const grantsOf = ({ grants }: Agreement, { agency }: Party): readonly Grant[] =>
  grants.filter(({ provider, recipient }) => provider === agency || recipient === agency);

/** `deceased: date of birth (the year only)`. */
export function fieldInWords(field: string, form: Form): string {
  const name = plainName(field) ?? field;
  if (form === 'clear') return name;
  const pseudonym = typeof form === 'object' && 'pseudonym' in form;
  return `${name} (${pseudonym ? 'as a pseudonym' : formInWords(form, field)})`;
}

/** Each field that these grants give, in words, once, in their order. */
export const fieldsInWords = (grants: readonly Grant[]): readonly string[] => [
  ...new Set(grants.flatMap(({ fields }) => fields.map(({ field, as }) => fieldInWords(field, as)))),
];

/** Whom a grant is about, on one line. */
export function rowsInWords(condition: Condition): string {
  if ('all' in condition) return condition.all.map(part).join(' and ');
  if ('any' in condition) return condition.any.map(part).join(' or ');
  if ('not' in condition) return `not ${part(condition.not)}`;
  const field = plainName(condition.field) ?? condition.field;
  switch (condition.is) {
    case 'present':
      return `there is a value for ${field}`;
    case 'at-least':
      return `${field} is ${condition.value} or more`;
    case 'at-most':
      return `${field} is ${condition.value} or less`;
    case 'more-than':
      return `${field} is more than ${condition.value}`;
    case 'less-than':
      return `${field} is less than ${condition.value}`;
    case 'on-or-after':
      return `${field} is ${partialDateInWords(condition.value)} or later`;
    case 'on-or-before':
      return `${field} is ${partialDateInWords(condition.value)} or earlier`;
    case 'equals':
      return `${field} is ${String(condition.value)}`;
    case 'one-of':
      return `${field} is one of ${condition.value.map(String).join(', ')}`;
    case 'in-postcode-district':
      return `${field} is a postcode in ${inSeries(condition.value)}`;
  }
}

const part = (condition: Condition): string =>
  'field' in condition ? rowsInWords(condition) : `(${rowsInWords(condition)})`;

/** `Data team, data@agency.example, 01632 960000`. */
export const contactInWords = ({ name, email, telephone }: Contact): string =>
  [name, email, telephone].filter((each) => each !== undefined).join(', ');

const DISPOSALS = { delete: 'deleted', anonymise: 'made anonymous', return: 'returned' } as const;

/** How long each category is kept, a sentence each. */
export const retentionInWords = ({ duties }: Agreement): readonly string[] =>
  duties.retention.map(
    ({ category, period, disposal }) =>
      `${category}: ${durationInWords(period)}, then ${DISPOSALS[disposal]}`,
  );

export const powersInWords = ({ legal }: Agreement): readonly string[] =>
  legal.powers.map(({ act, section }) => `${act}, ${section}`);

export function transfersInWords({ duties: { transfers } }: Agreement): string {
  return transfers.outsideUk
    ? `To ${inSeries(transfers.countries)}. ${transfers.safeguard}`
    : 'None outside of the United Kingdom';
}

/** Several values in one cell of a table. */
export const inOneCell = (values: readonly string[]): string =>
  values.map((value) => value.replace(/\.$/u, '')).join('; ');

import type { Form } from '@concordat/agreement';
import type { FieldCondition } from '../program/program.js';
import { withheldReasons } from '../reasons.js';
import type {
  CheckExplained,
  CheckName,
  Explanation,
  FieldExplained,
  Found,
  PlaceWithheld,
  RowsExplained,
} from './explanation.js';

/** An explanation as a text in plain English. It holds places and the parties' words, and no value of the event. */
export function explanationInWords(explanation: Explanation): string {
  const { grant, decision, checks, rows, fields, withheld } = explanation;
  const { agreement } = grant;
  return [
    `${grant.recipient}: ${decision.outcome === 'released' ? 'the record is given' : 'nothing is given'}.`,
    `By the grant ${grant.grant} of the agreement ${agreement.id}, version ${agreement.version}.`,
    `For this purpose: ${grant.purpose}`,
    ...(grant.powers.length > 0 ? [`By these powers: ${grant.powers.join('; ')}.`] : []),
    ...(grant.narrowedBy === undefined
      ? []
      : [
          'A party has signed a newer version that gives less. Until everyone has signed, the lesser is given.',
        ]),
    ...(decision.outcome === 'withheld' ? [`Why: ${withheldReasons[decision.reason]}`] : []),
    '',
    'What was asked, in this order:',
    ...checks.map(checkInWords),
    ...(rows === undefined ? [] : ['', 'Which records the grant covers:', ...rowsInWords(rows, 1)]),
    '',
    'What the grant lists:',
    ...fields.map(fieldInWords),
    ...(fields.length === 0 ? ['  Nothing.'] : []),
    '',
    ...restInWords(withheld),
  ].join('\n');
}

const CHECKS: Readonly<Record<CheckName, string>> = {
  provider: 'Does the event come from the grant’s provider?',
  type: 'Is it of the grant’s type?',
  standing: 'Is the agreement in force, and do both parties take part?',
  term: 'Does the day lie in the agreement’s term?',
  grant: 'Does the grant still stand?',
  rows: 'Is the event one of the records that the grant covers?',
  forms: 'Can each field be given in its form?',
};

function checkInWords({ check, result, reason, assumed }: CheckExplained): string {
  if (result === 'not-asked') return `  ${CHECKS[check]} Not asked any more.`;
  if (reason !== undefined) return `  ${CHECKS[check]} No. ${withheldReasons[reason]}`;
  return `  ${CHECKS[check]} Yes${assumed === true ? ', this is assumed here' : ''}.`;
}

function rowsInWords(rows: RowsExplained, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const answer = rows.answer === 'unknown' ? 'Nobody can tell' : rows.answer ? 'Yes' : 'No';
  const group = (words: string, parts: readonly RowsExplained[]): string[] => [
    `${indent}${words} ${answer}.`,
    ...parts.flatMap((part) => rowsInWords(part, depth + 1)),
  ];
  if ('all' in rows) return group('Are all of these so?', rows.all);
  if ('any' in rows) return group('Is one or more of these so?', rows.any);
  if ('not' in rows) return group('Is this not so?', [rows.not]);
  const found = FOUND[rows.found];
  return [`${indent}${conditionInWords(rows.condition)} ${answer}${found && `: ${found}`}.`];
}

const FOUND: Readonly<Record<Found, string>> = {
  'a-value': '',
  nothing: 'the event has nothing there',
  null: 'the event says that there is no value (null)',
  'another-type': 'what is there is of another type',
  unreadable: 'what is there cannot be read as the condition needs it',
  'not-exact-enough': 'of the date there too little is known',
  'another-shape': 'the event is not built there as its schema says',
};

function conditionInWords(condition: FieldCondition): string {
  if (condition.is === 'present') return `Is there a value at ${condition.field}?`;
  const values = [condition.value].flat().map((value) => JSON.stringify(value));
  return `Is ${condition.field} ${COMPARISONS[condition.is]} ${values.join(' or ')}?`;
}

const COMPARISONS: Readonly<Record<Exclude<FieldCondition['is'], 'present'>, string>> = {
  'at-least': 'at least',
  'at-most': 'at most',
  'more-than': 'more than',
  'less-than': 'less than',
  'on-or-after': 'on or after',
  'on-or-before': 'on or before',
  equals: 'equal to',
  'one-of': 'one of',
  'in-postcode-district': 'a postcode in the district',
};

const RESULTS: Readonly<Record<FieldExplained['result'], string>> = {
  given: 'given',
  absent: 'left out: the event has nothing there',
  failed: 'it could not be given in this form, so the whole record is withheld',
  'held-back': 'it could have been given, but the whole record is withheld',
  'not-asked': 'not given',
};

const fieldInWords = ({ field, as, because, result }: FieldExplained): string =>
  `  ${field}, ${formInWords(as)}: ${RESULTS[result]}. The parties say: ${because}`;

function formInWords(form: Form): string {
  if (form === 'clear') return 'as it is';
  if (form === 'presence') return 'only whether there is one';
  if ('pseudonym' in form) return `as a stand-in that only this recipient sees (kind: ${form.pseudonym})`;
  switch (form.generalise) {
    case 'band':
      return `as a band ${form.width} wide`;
    case 'age-band':
      return `as an age band (bands from ${form.from.join(', ')})`;
    case 'initial':
      return 'its first letter';
    case 'postcode-area':
      return 'the area of the postcode';
    case 'postcode-district':
      return 'the district of the postcode';
    case 'month':
    case 'year':
      return `its ${form.generalise}`;
  }
}

function restInWords(withheld: readonly PlaceWithheld[]): string[] {
  if (withheld.length === 0) return ['The event has nothing else that this grant could have listed.'];
  return ['What else the event holds, and this recipient does not get:', ...withheld.map(placeInWords)];
}

function placeInWords({ in: part, place, why, because }: PlaceWithheld): string {
  const parties = because === undefined ? '' : ` The parties left it out: ${because}`;
  if (why === 'not-granted') return `  ${place}. This grant does not list it.${parties}`;
  const where = part === 'attributes' ? 'the envelope' : place === '' ? 'the record' : place;
  return `  In ${where}, more that neither the event schema nor this grant names.${parties}`;
}

import type { Agreement, Grant } from '../../document/agreement.js';
import {
  separated,
  exact,
  fact,
  factList,
  facts,
  item,
  paragraph,
  said,
  type Block,
  type Inline,
  type Item,
} from '../blocks.js';
import { conditionInWords } from '../conditions.js';
import { dateInWords, formInWords, name, plainName } from '../words.js';
import { retentionInWords } from './duties.js';
import { NOTHING_ELSE } from './grants.js';
import { partiesWithRole, partyName } from './parties.js';

/** Who gives what to whom, why, under which power, what is not given, and for how long. */
export function inShort(agreement: Agreement): Block[] {
  const { parties, purpose, legal, term, duties } = agreement;
  const exchanges = byExchange(agreement.grants);
  return [
    paragraph(said(agreement.summary)),
    facts(
      factList('Who gives', [], partiesWithRole('provider', parties)),
      factList('To whom', [], partiesWithRole('recipient', parties)),
      factList(
        'What is given',
        [],
        exchanges.map((grants) => given(grants, agreement)),
      ),
      fact('Why', said(purpose.description)),
      factList(
        'Under which power',
        [],
        legal.powers.map(({ act, section }) => item(said(act), ', ', said(section))),
      ),
      factList(
        'What is not given',
        [],
        [...exchanges.flatMap((grants) => notGiven(grants, agreement)), item(NOTHING_ELSE)],
      ),
      fact(
        'For how long',
        `From ${dateInWords(term.from)} to ${dateInWords(term.until)}. The parties review it by ${dateInWords(term.reviewBy)}.`,
      ),
      factList('How long it is kept', [], duties.retention.map(retentionInWords)),
    ),
  ];
}

/** Grants with the same provider and recipient together, in the order of the document. */
function byExchange(grants: readonly Grant[]): (readonly Grant[])[] {
  const exchanges = new Map<string, Grant[]>();
  for (const grant of grants) {
    const key = `${grant.provider} ${grant.recipient}`;
    exchanges.set(key, [...(exchanges.get(key) ?? []), grant]);
  }
  return [...exchanges.values()];
}

const whoToWhom = ([grant]: readonly Grant[], { parties }: Agreement): Inline =>
  grant === undefined
    ? []
    : ['From ', ...partyName(grant.provider, parties), ' to ', ...partyName(grant.recipient, parties)];

function given(grants: readonly Grant[], agreement: Agreement): Item {
  const byForm = new Map<string, Set<string>>();
  for (const { field, as } of grants.flatMap(({ fields }) => fields)) {
    const form = formInWords(as, field);
    byForm.set(form, (byForm.get(form) ?? new Set()).add(field));
  }
  return {
    text: [...whoToWhom(grants, agreement), ':'],
    items: [
      ...[...byForm].map(([form, fields]) => item(`${capitalised(form)} – `, ...namesOf(fields))),
      ...grants.map(ofWhich),
    ],
  };
}

const ofWhich = ({ event, rows }: Grant): Item =>
  rows === undefined
    ? item('Of every event of the type ', exact(event))
    : {
        text: ['Of events of the type ', exact(event), ', only where this is so:'],
        items: [conditionInWords(rows)],
      };

/** What all grants of an exchange leave out: a field that one of them gives is not named, in whole or in part. */
function notGiven(grants: readonly Grant[], agreement: Agreement): Item[] {
  const given = grants.flatMap(({ fields }) => fields.map(({ field }) => elementsAlike(field)));
  const whole = new Set(given);
  const inPart = new Set(given.flatMap(wholesOf));
  const fields = grants
    .flatMap(({ withheld = [] }) => withheld.map(({ field }) => field))
    .filter((field) => {
      const alike = elementsAlike(field);
      return !inPart.has(alike) && ![alike, ...wholesOf(alike)].some((one) => whole.has(one));
    });
  return fields.length === 0
    ? []
    : [item(...whoToWhom(grants, agreement), ': ', ...namesOf(new Set(fields)))];
}

const elementsAlike = (field: string): string => field.replace(/\/\d+(?=\/|$)/gu, '/*');

/** `/a/b/c` → `/a`, `/a/b`: all that a field is in. */
const wholesOf = (field: string): string[] =>
  [...field.matchAll(/\//gu)].map(({ index }) => field.slice(0, index)).filter((one) => one !== '');

const namesOf = (fields: ReadonlySet<string>): Inline =>
  separated(
    '; ',
    [...fields].map((field) => [plainName(field) ?? name(field)]),
  );

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

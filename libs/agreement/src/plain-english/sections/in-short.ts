import type { Agreement, Grant } from '../../document/agreement.js';
import {
  commaSeparated,
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
        [NOTHING_ELSE],
        exchanges.flatMap((grants) => notGiven(grants, agreement)),
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
    : ['From ', ...partyName(grant.provider, parties), ' to ', ...partyName(grant.recipient, parties), ':'];

function given(grants: readonly Grant[], agreement: Agreement): Item {
  const byForm = new Map<string, Set<string>>();
  for (const { field, as } of grants.flatMap(({ fields }) => fields)) {
    const form = formInWords(as, field);
    byForm.set(form, (byForm.get(form) ?? new Set()).add(field));
  }
  return {
    text: whoToWhom(grants, agreement),
    items: [
      ...[...byForm].map(([form, fields]) => item(`${form}: `, ...namesOf(fields))),
      ...grants.map(ofWhich),
    ],
  };
}

const ofWhich = ({ event, rows }: Grant): Item =>
  rows === undefined
    ? item('of every event of the type ', exact(event))
    : {
        text: ['of events of the type ', exact(event), ', only where this is so:'],
        items: [conditionInWords(rows)],
      };

function notGiven(grants: readonly Grant[], agreement: Agreement): Item[] {
  const fields = new Set(grants.flatMap(({ withheld = [] }) => withheld.map(({ field }) => field)));
  return fields.size === 0
    ? []
    : [{ text: whoToWhom(grants, agreement), items: [item('not given: ', ...namesOf(fields))] }];
}

const namesOf = (fields: ReadonlySet<string>): Inline =>
  commaSeparated([...fields].map((field) => [plainName(field) ?? name(field)]));

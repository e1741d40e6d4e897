import type { Agreement, Grant } from '../../document/agreement.js';
import { exact, fact, factList, facts, heading, paragraph, said, table, type Block } from '../blocks.js';
import { conditionInWords, whenItCanBeTold } from '../conditions.js';
import { count, fieldName, formInWords } from '../words.js';
import { partyName } from './parties.js';

export const NOTHING_ELSE = 'Anything else that the record holds is not given.';

export function describeGrants(agreement: Agreement): Block[] {
  const { grants } = agreement;
  return [
    paragraph(
      `${count(grants.length, 'grant')}. A grant says what one party gives to another of one kind of event. A field ` +
        'that holds others is given with all that the named schema says is in it. After each field stands the name ' +
        'that the systems use.',
    ),
    ...grants.flatMap((grant, index) => [
      heading(3, `Grant ${index + 1} of ${grants.length}`),
      ...describeGrant(grant, agreement),
    ]),
  ];
}

function describeGrant(grant: Grant, { parties }: Agreement): Block[] {
  const { withheld = [] } = grant;
  return [
    facts(
      fact('Name of the grant', exact(grant.id)),
      fact('From', ...partyName(grant.provider, parties)),
      fact('To', ...partyName(grant.recipient, parties)),
      fact('Of each event of the type', exact(grant.event)),
      fact('As laid out in the schema with the digest', exact(grant.schema)),
      grant.rows === undefined
        ? fact('Which of these events', 'All of them.')
        : factList(
            'Which of these events',
            [`Only where this is so. ${whenItCanBeTold(grant.rows)}`],
            [conditionInWords(grant.rows)],
          ),
    ),
    table(
      `Given: ${count(grant.fields.length, 'field')}, each in this form and for this reason`,
      ['Field', 'How it is given', 'Why it is needed'],
      grant.fields.map(({ field, as, because }) => [
        fieldName(field),
        [formInWords(as, field)],
        [said(because)],
      ]),
    ),
    ...(withheld.length === 0
      ? [paragraph('The parties name no field that they considered and left out.')]
      : [
          table(
            `Not given: ${count(withheld.length, 'field')} that the parties considered and left out`,
            ['Field', 'Why it is not given'],
            withheld.map(({ field, because }) => [fieldName(field), [said(because)]]),
          ),
        ]),
    paragraph(NOTHING_ELSE),
  ];
}

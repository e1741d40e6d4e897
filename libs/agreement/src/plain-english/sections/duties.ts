import type { Agreement } from '../../document/agreement.js';
import { fact, factList, facts, item, said, type Block, type Item } from '../blocks.js';
import { durationInWords } from '../words.js';
import { contactInWords } from './contact.js';

type Retention = Agreement['duties']['retention'][number];

const DISPOSAL: Readonly<Record<Retention['disposal'], string>> = {
  delete: 'then deleted',
  anonymise: 'then made anonymous',
  return: 'then returned to the provider',
};

export const describeDuties = ({ duties }: Agreement): Block[] => [
  facts(
    factList('How long it is kept', [], duties.retention.map(retentionInWords)),
    duties.onwardSharing === 'none'
      ? fact('Passing it on', 'To nobody.')
      : factList(
          'Passing it on',
          ['Only to those named here.'],
          [
            ...duties.onwardSharing.to.map((body) => item('to ', said(body))),
            item('on these conditions: ', said(duties.onwardSharing.conditions)),
          ],
        ),
    factList(
      'Security',
      [],
      duties.security.map((measure) => item(said(measure))),
    ),
    fact(
      'When data is lost or gets into wrong hands',
      `Within ${durationInWords(duties.breach.within)} tell `,
      ...contactInWords(duties.breach.contact),
    ),
    duties.transfers.outsideUk
      ? factList(
          'Outside of the United Kingdom',
          ['The data goes to other countries.'],
          [
            ...duties.transfers.countries.map((country) => item('to ', said(country))),
            item('what allows it: ', said(duties.transfers.safeguard)),
          ],
        )
      : fact('Outside of the United Kingdom', 'The data does not leave the United Kingdom.'),
  ),
];

export const retentionInWords = ({ category, period, disposal }: Retention): Item =>
  item(said(category), `: kept for ${durationInWords(period)}, ${DISPOSAL[disposal]}`);

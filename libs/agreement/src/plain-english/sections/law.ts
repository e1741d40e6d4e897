import type { Agreement } from '../../document/agreement.js';
import { fact, factList, facts, item, said, type Block, type Item } from '../blocks.js';
import { ARTICLE_6, ARTICLE_9, dateInWords } from '../words.js';
import { contactInWords } from './contact.js';

const CATEGORIES: Readonly<Record<string, string>> = {
  'racial-or-ethnic-origin': 'racial or ethnic origin',
  'political-opinions': 'political opinions',
  'religious-or-philosophical-beliefs': 'religious or philosophical beliefs',
  'trade-union-membership': 'trade union membership',
  'genetic-data': 'genetic data',
  'biometric-data': 'biometric data that tells who somebody is',
  health: 'health',
  'sex-life': 'sex life',
  'sexual-orientation': 'sexual orientation',
};

export const describeData = ({ data }: Agreement): Block[] => [
  facts(
    fact(
      'Personal data',
      data.personal
        ? 'Yes: some of it is about living people who can be identified.'
        : 'No: none of it is about living people who can be identified.',
    ),
    data.people.length === 0
      ? fact('People', 'No category of people is named.')
      : factList(
          'People',
          [],
          data.people.map(({ category, children }) =>
            item(said(category), children ? '; children may be among them' : '; no children'),
          ),
        ),
    data.specialCategories.length === 0
      ? fact('Special categories (Article 9 of the UK GDPR)', 'None.')
      : factList(
          'Special categories (Article 9 of the UK GDPR)',
          [],
          data.specialCategories.map((one) => item(CATEGORIES[one] ?? '')),
        ),
    fact('Criminal offences (Article 10 of the UK GDPR)', data.criminalOffences ? 'Yes.' : 'None.'),
    fact('How it is kept right', said(data.quality)),
  ),
];

export const describeLaw = ({ legal }: Agreement): Block[] => [
  facts(
    factList(
      'Powers',
      [],
      legal.powers.map(({ act, section }) => item(said(act), ', ', said(section))),
    ),
    fact('Lawful basis in the UK GDPR', `Article ${legal.article6}: ${ARTICLE_6[legal.article6] ?? ''}.`),
    legal.article9 === undefined
      ? fact('Conditions for special categories', 'None is relied on.')
      : factList('Conditions for special categories', [], legal.article9.map(article9InWords)),
    legal.article10 === undefined
      ? fact('Condition for criminal offences', 'None is relied on.')
      : factList(
          'Condition for criminal offences',
          ['Article 10 of the UK GDPR'],
          [
            item(
              'Schedule 1 to the Data Protection Act 2018 or official authority: ',
              said(legal.article10.schedule1),
            ),
            item('why it is met: ', said(legal.article10.because)),
          ],
        ),
    legal.lawEnforcement.applies
      ? factList(
          'Law enforcement (Part 3 of the Data Protection Act 2018)',
          ['Yes.'],
          [
            item('purpose (section 31): ', said(legal.lawEnforcement.purpose)),
            item('what makes it lawful (section 35): ', said(legal.lawEnforcement.basis)),
          ],
        )
      : fact('Law enforcement (Part 3 of the Data Protection Act 2018)', 'No.'),
    fact('Confidentiality', said(legal.confidentiality)),
    fact(
      'Data protection impact assessment',
      said(legal.dpia.reference),
      `, completed on ${dateInWords(legal.dpia.completed)}`,
    ),
    fact('Where people are told', said(legal.privacyNotice)),
  ),
];

function article9InWords(one: NonNullable<Agreement['legal']['article9']>[number]): Item {
  return {
    text: [`Article ${one.condition}: ${ARTICLE_9[one.condition] ?? ''}`],
    items: [
      ...(one.schedule1 === undefined
        ? []
        : [item('Schedule 1 to the Data Protection Act 2018: ', said(one.schedule1))]),
      item('why it is met: ', said(one.because)),
    ],
  };
}

export const describeRights = ({ rights }: Agreement): Block[] => [
  facts(
    fact('Rights of the people whom the data is about', said(rights.statement)),
    fact('Requests about one’s own data', ...contactInWords(rights.requests)),
    fact('Freedom of information requests', ...contactInWords(rights.freedomOfInformation)),
  ),
];

export const describeDecisions = ({ automatedDecisions }: Agreement): Block[] => [
  facts(
    ...(automatedDecisions.used
      ? [
          fact(
            'Used',
            'Yes: decisions with legal or similarly significant effects are made from the data without a person.',
          ),
          fact('Which, and by what logic', said(automatedDecisions.explanation)),
          fact('Safeguards', said(automatedDecisions.safeguards)),
        ]
      : [
          fact(
            'Used',
            'No: no decision with legal or similarly significant effects is made from the data without a person.',
          ),
        ]),
  ),
];

import type { Agreement, Party } from '../../document/agreement.js';
import {
  exact,
  fact,
  facts,
  heading,
  item,
  paragraph,
  said,
  table,
  type Block,
  type Inline,
} from '../blocks.js';
import { count } from '../words.js';
import { contactInWords } from './contact.js';

const STATUS: Readonly<Record<Party['status'], string>> = {
  controller: 'Controller: it decides by itself why and how it uses the data',
  'joint-controller': 'Joint controller: it decides together with others why and how the data is used',
  processor: 'Processor: it uses the data only as another party tells it to',
};

const ROLE: Readonly<Record<Party['role'], string>> = { provider: 'Gives data', recipient: 'Receives data' };

export function describeParties({ parties }: Agreement): Block[] {
  return [
    paragraph(
      `There are ${count(parties.length, 'party', 'parties')}. The agreement is in force once all signatories of each party have signed the same document, except for parties that may join later.`,
    ),
    ...parties.flatMap((party, index) => [
      heading(3, `Party ${index + 1} of ${parties.length}`),
      ...describeParty(party, parties),
    ]),
  ];
}

function describeParty(party: Party, parties: readonly Party[]): Block[] {
  const { processors = [] } = party;
  return [
    facts(
      fact('Name', ...partyName(party.agency, [party])),
      fact('Role', ROLE[party.role]),
      fact('Standing under data protection law', STATUS[party.status]),
      party.actsFor === undefined ? undefined : fact('Acts for', ...partyName(party.actsFor, parties)),
      fact('Answers for', said(party.responsibilities)),
      fact('Contact', ...contactInWords(party.contact)),
      fact('Data protection officer', ...contactInWords(party.dataProtectionOfficer)),
      fact(
        'Joining',
        party.mayJoinLater === true
          ? 'It may join later, by signing the same document. The agreement is in force without it. Until all of its signatories have signed, nothing is given to it or by it.'
          : 'It must sign before the agreement is in force.',
      ),
      processors.length === 0
        ? fact('Processors', 'It names nobody who handles the data on its behalf.')
        : undefined,
    ),
    ...(processors.length === 0
      ? []
      : [
          table(
            'Processors: who handles the data on its behalf',
            ['Who', 'What for', 'In which country'],
            processors.map(({ name, task, country }) => [[said(name)], [said(task)], [said(country)]]),
          ),
        ]),
    table(
      'Signatories: each of them must sign for it',
      ['Name', 'Position', 'Signs as'],
      party.signatories.map(({ role, name, position }) => [[said(name)], [said(position)], [exact(role)]]),
    ),
  ];
}

/** An agency by its legal name and its registered one; by the latter alone when it is no party. */
export function partyName(agency: string, parties: readonly Party[]): Inline {
  const party = parties.find((one) => one.agency === agency);
  return party === undefined ? [exact(agency)] : [said(party.name), ' ', exact(agency)];
}

/** Those with a role, one an item. */
export const partiesWithRole = (role: Party['role'], parties: readonly Party[]): ReturnType<typeof item>[] =>
  parties
    .filter((party) => party.role === role)
    .map((party) =>
      item(
        ...partyName(party.agency, [party]),
        ...(party.mayJoinLater === true ? [', once it has joined'] : []),
      ),
    );

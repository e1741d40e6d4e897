import type { Json, JsonObject } from '@concordat/record';
import type { Agreement, Grant, Party } from '../document/agreement.js';
import type { FrozenAgreement } from '../document/document.js';
import { partyNode, toDpvProcess } from './dpv-process.js';
import { fieldInWords, rowsInWords } from './facts.js';
import { agencyIri, agreementIri, odrlWords, prefixes, ref, xsdDate, xsdDuration } from './vocabulary.js';

/** Read by no network: all that a JSON-LD processor needs is in the document. */
export const odrlContext: JsonObject = {
  ...prefixes('odrl', 'dpv', 'pd', 'loc', 'risk', 'eu-gdpr', 'legal-gb', 'dcat', 'dct', 'skos', 'xsd'),
  ...odrlWords(),
};

/**
 * An agreement as an ODRL 2.2 policy of the type Agreement, in JSON-LD, with the Data Privacy Vocabulary for what
 * ODRL has no words for. It describes what was signed; the signed text alone binds, and the broker carries out
 * that text, never a policy. Suspension and the like are no part of a text: ask for the agreement's standing.
 *
 * - Each grant is a permission to use just what that grant gives, for the purpose, within the term, and in the
 *   United Kingdom unless transfers were agreed. Of a party that may join later, only after it has signed.
 * - What is ruled out, and passing on, are prohibitions, which win over permissions.
 * - Disposal and telling of breaches are obligations of the policy, not duties of a permission: ODRL's duties
 *   must be done before the data may be used.
 */
export function toOdrl({ agreement, digest }: FrozenAgreement): JsonObject {
  const at = agreementIri(digest);
  const { term } = agreement;
  const pairs = pairsOf(agreement);
  return {
    '@context': odrlContext,
    '@id': at,
    '@type': ['Agreement', 'dpv:LegalAgreement'],
    uid: at,
    'dct:identifier': digest,
    'dct:title': agreement.title,
    'dct:description': agreement.summary,
    'dcat:version': String(agreement.version),
    'dct:temporal': {
      '@type': 'dct:PeriodOfTime',
      'dcat:startDate': xsdDate(term.from),
      'dcat:endDate': xsdDate(term.until),
    },
    conflict: 'prohibit',
    permission: [
      ...agreement.grants.map((grant) => permission(agreement, grant, at)),
      ...pairs.flatMap((pair) => onwardPermission(agreement, pair, at)),
    ],
    prohibition: pairs.flatMap((pair) => prohibitions(agreement, pair, at)),
    obligation: pairs.flatMap((pair) => obligations(agreement, pair, at)),
    'dct:relation': agreement.parties.map(partyNode),
    'dpv:hasProcess': toDpvProcess(agreement, at),
  };
}

/** Who gives to whom. */
interface Pair {
  readonly provider: string;
  readonly recipient: string;
}

function pairsOf({ grants }: Agreement): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { provider, recipient } of grants) {
    pairs.set(`${provider} ${recipient}`, { provider, recipient });
  }
  return [...pairs.values()];
}

const between = ({ provider, recipient }: Pair): JsonObject => ({
  assigner: agencyIri(provider),
  assignee: agencyIri(recipient),
});

/** All that one party gives to another: the assets of several grants are parts of it. */
const collectionIri = ({ provider, recipient }: Pair, at: string): string =>
  `${at}#data-from-${provider}-to-${recipient}`;

const collection = (pair: Pair, at: string): JsonObject => ({
  '@id': collectionIri(pair, at),
  '@type': 'AssetCollection',
});

function permission(agreement: Agreement, grant: Grant, at: string): JsonObject {
  return {
    '@type': 'Permission',
    uid: `${at}#grant-${grant.id}`,
    ...between(grant),
    target: asset(agreement, grant, at),
    action: 'use',
    constraint: [...always(agreement, at), ...onceJoined(agreement, grant, at)],
  };
}

function asset({ data }: Agreement, grant: Grant, at: string): JsonObject {
  const rows = grant.rows === undefined ? '' : `, of which this is so: ${rowsInWords(grant.rows)}`;
  return {
    '@id': `${at}#data-${grant.id}`,
    '@type': 'Asset',
    partOf: collectionIri(grant, at),
    'dct:description': `Events of the type ${grant.event}${rows}`,
    'dct:conformsTo': ref(`urn:concordat:schema:${grant.schema}`),
    [data.personal ? 'dpv:hasPersonalData' : 'dpv:hasData']: grant.fields.map(({ field, as, because }) => {
      const pseudonym = typeof as === 'object' && 'pseudonym' in as;
      return {
        '@type': data.personal
          ? ['dpv:PersonalData', ...(pseudonym ? ['dpv:PseudonymisedData'] : [])]
          : 'dpv:NonPersonalData',
        'dct:identifier': field,
        'dct:title': fieldInWords(field, as),
        'dct:description': because,
      };
    }),
  };
}

/** What holds for every use: the one purpose, the term, and the place. */
function always({ term, duties }: Agreement, at: string): JsonObject[] {
  return [
    constraint('purpose', 'eq', ref(`${at}#purpose`)),
    constraint('dateTime', 'gteq', xsdDate(term.from)),
    constraint('dateTime', 'lteq', xsdDate(term.until)),
    ...(duties.transfers.outsideUk ? [] : [constraint('spatial', 'eq', ref('loc:GB'))]),
  ];
}

/** Until a party that may join later has signed, nothing is given to it or by it. */
function onceJoined({ parties }: Agreement, { provider, recipient }: Pair, at: string): JsonObject[] {
  const joining = parties.filter(
    ({ agency, mayJoinLater }) => mayJoinLater === true && [provider, recipient].includes(agency),
  );
  return joining.map(({ agency, name }: Party) =>
    constraint('event', 'gt', {
      '@id': `${at}#joining-of-${agency}`,
      'dct:description': `${name} has signed the agreement`,
    }),
  );
}

function prohibitions({ purpose, duties }: Agreement, pair: Pair, at: string): JsonObject[] {
  const { onwardSharing } = duties;
  const ruledOut = purpose.prohibited.map((use, index) => ({
    action: 'use',
    constraint: [
      constraint('purpose', 'eq', {
        '@id': `${at}#ruled-out-${index + 1}`,
        '@type': 'dpv:Purpose',
        'dct:description': use,
      }),
    ],
  }));
  const passingOn =
    onwardSharing === 'none'
      ? { action: 'distribute' }
      : {
          action: 'distribute',
          constraint: [constraint('recipient', 'isNoneOf', others(onwardSharing.to, at))],
        };
  return [...ruledOut, passingOn].map((rule) => ({
    '@type': 'Prohibition',
    ...between(pair),
    target: collection(pair, at),
    ...rule,
  }));
}

function onwardPermission(agreement: Agreement, pair: Pair, at: string): JsonObject[] {
  const { onwardSharing } = agreement.duties;
  if (onwardSharing === 'none') return [];
  return [
    {
      '@type': 'Permission',
      ...between(pair),
      target: collection(pair, at),
      action: 'distribute',
      'dct:description': onwardSharing.conditions,
      constraint: [
        constraint('recipient', 'isAnyOf', others(onwardSharing.to, at)),
        ...always(agreement, at),
        ...onceJoined(agreement, pair, at),
      ],
    },
  ];
}

const others = (names: readonly string[], at: string): JsonObject[] =>
  names.map((name, index) => ({
    '@id': `${at}#onward-${index + 1}`,
    '@type': 'Party',
    'dpv:hasName': name,
  }));

const DISPOSALS = { delete: 'delete', anonymise: 'anonymize', return: 'give' } as const;

function obligations({ duties }: Agreement, pair: Pair, at: string): JsonObject[] {
  const disposal = duties.retention.map(({ category, period, disposal: how }) => ({
    '@type': 'Duty',
    ...between(pair),
    target: collection(pair, at),
    action: DISPOSALS[how],
    'dct:description': category,
    constraint: [constraint('elapsedTime', 'lteq', xsdDuration(period))],
  }));
  const { contact, within } = duties.breach;
  return [
    ...disposal,
    {
      '@type': 'Duty',
      ...between(pair),
      target: collection(pair, at),
      action: 'inform',
      informedParty: {
        '@id': `${at}#breach-contact`,
        '@type': 'Party',
        'dpv:hasName': contact.name,
        'dpv:hasContact': contact.email,
      },
      constraint: [
        constraint('event', 'gt', ref('risk:DataBreach')),
        constraint('elapsedTime', 'lteq', xsdDuration(within)),
      ],
    },
  ];
}

const constraint = (leftOperand: string, operator: string, rightOperand: Json): JsonObject => ({
  '@type': 'Constraint',
  leftOperand,
  operator,
  rightOperand,
});

import type { JsonObject } from '@concordat/record';
import type { Agreement, Grant, Party } from '../document/agreement.js';
import type { FrozenAgreement } from '../document/document.js';
import { fieldsInWords, inOneCell } from './facts.js';
import { agencyIri, agreementIri, prefixes, ref, xsdDate } from './vocabulary.js';

/** Read by no network: all that a JSON-LD processor needs is in the document. */
export const dcatContext: JsonObject = prefixes(
  ...(['dcat', 'dct', 'foaf', 'freq', 'odrl', 'rdfs', 'ukgov', 'vcard', 'xsd'] as const),
);

/** What a catalogue asks for and an agreement does not say. */
export interface CatalogueFacts {
  /** The day on which the description last changed, `yyyy-MM-dd`. */
  readonly modified?: string;
  readonly securityClassification?: 'OFFICIAL' | 'SECRET' | 'TOP_SECRET' | 'NOT_APPLICABLE';
}

/**
 * What an agreement shares, for a data catalogue: DCAT 3 in JSON-LD, with the properties that the UK
 * Cross-Government Metadata Exchange Model asks for. The agreement is a catalogued resource, and so is each kind
 * of event that a party provides under it: a dataset whose policy is the agreement. There are no distributions:
 * nothing can be downloaded by somebody who is no party.
 *
 * @param facts what that model requires and only the catalogue's keeper knows; left out when not given
 */
export function toDcat({ agreement, digest }: FrozenAgreement, facts: CatalogueFacts = {}): JsonObject {
  const at = agreementIri(digest);
  const { term, parties } = agreement;
  const providers = parties.filter(({ role }) => role === 'provider');
  const common = commonOf(facts);
  const datasets = datasetsOf(agreement).map((shared, index) => ({
    '@id': `${at}#dataset-${index + 1}`,
    '@type': 'dcat:Dataset',
    'dct:identifier': `${at}#dataset-${index + 1}`,
    'dct:title': `${shared.event}, from ${shared.provider.name}`,
    'dct:description': `Fields that are given under “${agreement.title}”, each recipient getting those that are granted to it: ${inOneCell(fieldsInWords(shared.grants))}`,
    'dcat:version': String(agreement.version),
    'dct:creator': ref(agencyIri(shared.provider.agency)),
    'dct:publisher': ref(agencyIri(shared.provider.agency)),
    'dcat:contactPoint': contactPoint(shared.provider),
    'dct:accrualPeriodicity': ref('freq:continuous'),
    'dct:conformsTo': [...new Set(shared.grants.map(({ schema }) => schema))].map((schema) =>
      ref(`urn:concordat:schema:${schema}`),
    ),
    'dct:isReferencedBy': ref(at),
    'dct:license': ref(at),
    'odrl:hasPolicy': ref(at),
    ...common,
  }));
  const resource: JsonObject = {
    '@id': at,
    '@type': 'dcat:Resource',
    'dct:identifier': at,
    'dct:title': agreement.title,
    'dct:description': agreement.summary,
    'dcat:version': String(agreement.version),
    'dct:creator': parties.map(({ agency }) => ref(agencyIri(agency))),
    'dct:publisher': providers.map(({ agency }) => ref(agencyIri(agency))),
    'dcat:contactPoint': providers.map(contactPoint),
    'dcat:keyword': ['data-sharing agreement', ...new Set(agreement.grants.map(({ event }) => event))],
    'dct:temporal': {
      '@type': 'dct:PeriodOfTime',
      'dcat:startDate': xsdDate(term.from),
      'dcat:endDate': xsdDate(term.until),
    },
    'dct:relation': datasets.map((dataset) => ref(dataset['@id'])),
    ...common,
  };
  return { '@context': dcatContext, '@graph': [resource, ...datasets, ...parties.map(organisation)] };
}

/** The model's own words for who may see it. */
const commonOf = ({ modified, securityClassification }: CatalogueFacts): JsonObject => ({
  'dct:accessRights': { '@type': 'dct:RightsStatement', 'rdfs:label': 'INTERNAL' },
  ...(modified === undefined ? {} : { 'dct:modified': xsdDate(modified) }),
  ...(securityClassification === undefined ? {} : { 'ukgov:securityClassification': securityClassification }),
});

interface Shared {
  readonly provider: Party;
  readonly event: string;
  readonly grants: readonly Grant[];
}

function datasetsOf({ grants, parties }: Agreement): Shared[] {
  const shared = new Map<string, Grant[]>();
  for (const grant of grants) {
    const key = `${grant.provider} ${grant.event}`;
    shared.set(key, [...(shared.get(key) ?? []), grant]);
  }
  return [...shared.values()].flatMap((list) => {
    const [first] = list;
    const provider = parties.find(({ agency }) => agency === first?.provider);
    return first === undefined || provider === undefined
      ? []
      : [{ provider, event: first.event, grants: list }];
  });
}

const organisation = ({ agency, name }: Party): JsonObject => ({
  '@id': agencyIri(agency),
  '@type': 'foaf:Organization',
  'dct:identifier': agency,
  'foaf:name': name,
});

const contactPoint = ({ contact }: Party): JsonObject => ({
  '@type': 'vcard:Kind',
  'vcard:fn': contact.name,
  'vcard:hasEmail': ref(`mailto:${encodeURI(contact.email)}`),
  ...(contact.telephone === undefined
    ? {}
    : { 'vcard:hasTelephone': ref(`tel:${contact.telephone.replaceAll(/[ ()]/gu, '')}`) }),
});

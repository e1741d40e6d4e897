import type { Json, JsonObject } from '@concordat/record';
import type { Agreement, Party, SpecialCategory } from '../document/agreement.js';
import { contactInWords, powersInWords } from './facts.js';
import { agencyIri, ref, xsdDate, xsdDuration } from './vocabulary.js';

const SPECIAL_CATEGORIES: Readonly<Record<SpecialCategory, readonly string[]>> = {
  'racial-or-ethnic-origin': ['pd:Race', 'pd:EthnicOrigin'],
  'political-opinions': ['pd:PoliticalOpinion'],
  'religious-or-philosophical-beliefs': ['pd:ReligiousBelief', 'pd:PhilosophicalBelief'],
  'trade-union-membership': ['pd:TradeUnionMembership'],
  'genetic-data': ['pd:Genetic'],
  'biometric-data': ['pd:Biometric'],
  health: ['pd:Health'],
  'sex-life': ['pd:Sexual'],
  'sexual-orientation': ['pd:SexualPreference'],
};

/**
 * The processing that an agreement is about, in the words of the Data Privacy Vocabulary: purpose, legal basis,
 * people, kinds of data, who takes part and how the data is protected. What the agreement says in sentences stays
 * in sentences; only what it says in terms becomes terms.
 *
 * @param at the IRI of the agreement, under which its parts are named
 */
export function toDpvProcess(agreement: Agreement, at: string): JsonObject {
  const { purpose, data, legal, duties, parties, automatedDecisions } = agreement;
  const are = (...statuses: Party['status'][]): JsonObject[] =>
    parties.filter(({ status }) => statuses.includes(status)).map(({ agency }) => ref(agencyIri(agency)));
  const joint = are('joint-controller');
  return {
    '@id': `${at}#process`,
    '@type': 'dpv:Process',
    'dpv:hasPurpose': {
      '@id': `${at}#purpose`,
      '@type': 'dpv:Purpose',
      'dct:description': purpose.description,
    },
    'dpv:hasLegalBasis': [article(at, legal.article6), ...(legal.article9 ?? []).map(article9(at))],
    'dpv:hasApplicableLaw': [
      ref('legal-gb:law-GDPR'),
      ref('legal-gb:law-DPA'),
      ...powersInWords(agreement).map((title) => ({ '@type': 'dpv:Law', 'dct:title': title })),
    ],
    'dpv:hasJurisdiction': ref('loc:GB'),
    ...(data.personal ? { 'dpv:hasPersonalData': kindsOfData(agreement) } : {}),
    'dpv:hasDataSubject': data.people.map(({ category, children }) => ({
      '@type': children ? ['dpv:DataSubject', 'dpv:Child'] : 'dpv:DataSubject',
      'dct:description': children ? `${category} (children may be among them)` : category,
    })),
    'dpv:hasDataController': are('controller', 'joint-controller'),
    ...(joint.length < 2
      ? {}
      : {
          'dpv:hasJointDataControllers': {
            '@type': 'dpv:JointDataControllers',
            'dpv:hasDataController': joint,
          },
        }),
    'dpv:hasDataProcessor': [...are('processor'), ...parties.flatMap(processors)],
    'dpv:hasRecipient': parties
      .filter(({ role }) => role === 'recipient')
      .map(({ agency }) => ref(agencyIri(agency))),
    'dpv:hasTechnicalOrganisationalMeasure': duties.security.map((measure) => ({
      '@type': 'dpv:TechnicalOrganisationalMeasure',
      'dct:description': measure,
    })),
    'dpv:hasStorageCondition': duties.retention.map(({ category, period }) => ({
      '@type': 'dpv:StorageDuration',
      'dct:description': category,
      'dpv:hasDuration': xsdDuration(period),
    })),
    'dpv:hasImpactAssessment': {
      '@type': 'dpv:DPIA',
      'dct:identifier': legal.dpia.reference,
      'dct:date': xsdDate(legal.dpia.completed),
    },
    'dpv:hasNotice': { '@type': 'dpv:PrivacyNotice', 'dct:description': legal.privacyNotice },
    ...(automatedDecisions.used
      ? {
          'dpv:hasContext': {
            '@type': 'dpv:AutomatedDecisionMaking',
            'dct:description': `${automatedDecisions.explanation} ${automatedDecisions.safeguards}`,
          },
        }
      : {}),
    ...transfers(agreement),
  };
}

/** A party, as ODRL and DPV both know it. */
export const partyNode = (party: Party): JsonObject => ({
  '@id': agencyIri(party.agency),
  '@type': ['odrl:Party', party.status === 'processor' ? 'dpv:DataProcessor' : 'dpv:DataController'],
  'dpv:hasName': party.name,
  'dpv:hasContact': contactInWords(party.contact),
  'dct:description': party.responsibilities,
  'dpv:hasDataProtectionOfficer': {
    '@type': 'dpv:DataProtectionOfficer',
    'dpv:hasName': party.dataProtectionOfficer.name,
    'dpv:hasContact': contactInWords(party.dataProtectionOfficer),
  },
});

const processors = ({ processors: list = [] }: Party): JsonObject[] =>
  list.map(({ name, task, country }) => ({
    '@type': 'dpv:DataProcessor',
    'dpv:hasName': name,
    'dct:description': `${task} (${country})`,
  }));

/** `6(1)(e)` is `A6-1-e` of the EU's regulation, from which the UK's was made. */
const article = (at: string, of: string): JsonObject => ({
  '@id': `${at}#article-${term(of)}`,
  '@type': 'dpv:LegalBasis',
  'dct:title': `Article ${of} of the UK GDPR`,
  'dpv:hasApplicableLaw': ref('legal-gb:law-GDPR'),
  'skos:closeMatch': ref(`eu-gdpr:A${term(of)}`),
});

const article9 =
  (at: string) =>
  ({
    condition,
    schedule1,
    because,
  }: {
    readonly condition: string;
    readonly schedule1?: string;
    readonly because: string;
  }): JsonObject => ({
    ...article(at, condition),
    'dct:description':
      schedule1 === undefined
        ? because
        : `Schedule 1 to the Data Protection Act 2018, ${schedule1}: ${because}`,
  });

const term = (of: string): string => of.replaceAll(/\)?\(/gu, '-').replace(')', '');

function kindsOfData({ data }: Agreement): Json[] {
  const special = data.specialCategories.flatMap((category) => SPECIAL_CATEGORIES[category]);
  return [
    ref('dpv:PersonalData'),
    ...(special.length === 0 ? [] : [ref('dpv:SpecialCategoryPersonalData'), ...special.map(ref)]),
    ...(data.criminalOffences ? [ref('pd:Criminal')] : []),
  ];
}

function transfers({ duties }: Agreement): JsonObject {
  if (!duties.transfers.outsideUk) return {};
  return {
    'dpv:hasThirdCountry': duties.transfers.countries.map((country) => ({
      '@type': 'dpv:ThirdCountry',
      'dct:title': country,
    })),
    'dct:relation': {
      '@type': 'dpv:SafeguardForDataTransfer',
      'dct:description': duties.transfers.safeguard,
    },
  };
}

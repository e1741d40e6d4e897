import type { JsonObject } from '@concordat/record';

/**
 * Every term of a public vocabulary that an export uses, each found in the vocabulary's own source. A test fails
 * when an export uses a term of these namespaces that is not listed here, so that none is made up.
 */
export const vocabularies = {
  /** ODRL 2.2, https://www.w3.org/TR/odrl-vocab/; found in w3c/poe, vocab/ODRL22.json. */
  odrl: {
    iri: 'http://www.w3.org/ns/odrl/2/',
    terms: [
      ...[
        'Agreement',
        'Asset',
        'AssetCollection',
        'Party',
        'Permission',
        'Prohibition',
        'Duty',
        'Constraint',
      ],
      ...[
        'permission',
        'prohibition',
        'obligation',
        'assigner',
        'assignee',
        'informedParty',
        'target',
        'action',
      ],
      ...['constraint', 'leftOperand', 'operator', 'rightOperand', 'uid', 'partOf', 'conflict', 'hasPolicy'],
      ...['use', 'distribute', 'delete', 'anonymize', 'give', 'inform', 'prohibit'],
      ...['purpose', 'dateTime', 'spatial', 'event', 'elapsedTime', 'recipient'],
      ...['eq', 'gteq', 'lteq', 'gt', 'isAnyOf', 'isNoneOf'],
    ],
  },
  /** The Data Privacy Vocabulary 2.3, https://w3id.org/dpv; found in w3c/dpv, 2.3/dpv/dpv.csv, and in 2.2 too. */
  dpv: {
    iri: 'https://w3id.org/dpv#',
    terms: [
      ...['LegalAgreement', 'Process', 'Purpose', 'LegalBasis', 'Law', 'PersonalData', 'NonPersonalData'],
      ...['SpecialCategoryPersonalData', 'PseudonymisedData', 'DataSubject', 'Child', 'DataController'],
      ...['DataProcessor', 'DataProtectionOfficer', 'JointDataControllers', 'TechnicalOrganisationalMeasure'],
      ...['StorageDuration', 'DPIA', 'PrivacyNotice', 'AutomatedDecisionMaking', 'ThirdCountry'],
      ...[
        'SafeguardForDataTransfer',
        'hasProcess',
        'hasPurpose',
        'hasLegalBasis',
        'hasApplicableLaw',
        'hasData',
      ],
      ...[
        'hasPersonalData',
        'hasDataSubject',
        'hasDataController',
        'hasDataProcessor',
        'hasRecipient',
        'hasName',
      ],
      ...[
        'hasJointDataControllers',
        'hasContact',
        'hasDataProtectionOfficer',
        'hasJurisdiction',
        'hasNotice',
      ],
      ...['hasTechnicalOrganisationalMeasure', 'hasStorageCondition', 'hasDuration', 'hasImpactAssessment'],
      ...['hasContext', 'hasThirdCountry'],
    ],
  },
  /** DPV's categories of personal data; found in w3c/dpv, 2.3/pd/pd.csv. */
  pd: {
    iri: 'https://w3id.org/dpv/pd#',
    terms: [
      ...['Race', 'EthnicOrigin', 'PoliticalOpinion', 'ReligiousBelief', 'PhilosophicalBelief', 'Criminal'],
      ...['TradeUnionMembership', 'Genetic', 'Biometric', 'Health', 'Sexual', 'SexualPreference'],
    ],
  },
  /** DPV's places; found in w3c/dpv, 2.3/loc/loc.csv. */
  loc: { iri: 'https://w3id.org/dpv/loc#', terms: ['GB'] },
  /** DPV's risks; found in w3c/dpv, 2.3/risk/risk.csv. */
  risk: { iri: 'https://w3id.org/dpv/risk#', terms: ['DataBreach'] },
  /**
   * The EU's GDPR; found in w3c/dpv, 2.3/legal/eu/gdpr/eu-gdpr.csv. DPV has no articles of the UK GDPR. These
   * are named as a close match alone: the same paragraph of the regulation that the UK's was made from.
   */
  'eu-gdpr': {
    iri: 'https://w3id.org/dpv/legal/eu/gdpr#',
    terms: [
      ...['A6-1-a', 'A6-1-b', 'A6-1-c', 'A6-1-d', 'A6-1-e', 'A6-1-f'],
      ...['A9-2-a', 'A9-2-b', 'A9-2-c', 'A9-2-d', 'A9-2-e', 'A9-2-f', 'A9-2-g', 'A9-2-h', 'A9-2-i', 'A9-2-j'],
    ],
  },
  /** The law of the United Kingdom; found in w3c/dpv, 2.3/legal/gb/legal-gb.csv. */
  'legal-gb': { iri: 'https://w3id.org/dpv/legal/gb#', terms: ['law-GDPR', 'law-DPA'] },
  /** DCAT 3, https://www.w3.org/TR/vocab-dcat-3/; found in w3c/dxwg, dcat/rdf/dcat3.ttl. */
  dcat: {
    iri: 'http://www.w3.org/ns/dcat#',
    terms: ['Resource', 'Dataset', 'contactPoint', 'keyword', 'version', 'startDate', 'endDate'],
  },
  /** DCMI Metadata Terms, https://www.dublincore.org/specifications/dublin-core/dcmi-terms/. */
  dct: {
    iri: 'http://purl.org/dc/terms/',
    terms: [
      ...[
        'title',
        'description',
        'identifier',
        'source',
        'date',
        'conformsTo',
        'temporal',
        'creator',
        'publisher',
      ],
      ...['accessRights', 'accrualPeriodicity', 'license', 'modified', 'isReferencedBy', 'relation'],
      ...['PeriodOfTime', 'RightsStatement'],
    ],
  },
  /** DCMI's frequencies, https://www.dublincore.org/specifications/dublin-core/collection-description/frequency/. */
  freq: { iri: 'http://purl.org/cld/freq/', terms: ['continuous'] },
  /** FOAF 0.99, http://xmlns.com/foaf/spec/. */
  foaf: { iri: 'http://xmlns.com/foaf/0.1/', terms: ['Organization', 'name'] },
  /** vCard, https://www.w3.org/TR/vcard-rdf/. */
  vcard: { iri: 'http://www.w3.org/2006/vcard/ns#', terms: ['Kind', 'fn', 'hasEmail', 'hasTelephone'] },
  /** SKOS, https://www.w3.org/TR/skos-reference/. */
  skos: { iri: 'http://www.w3.org/2004/02/skos/core#', terms: ['closeMatch'] },
  /** The UK Cross-Government Metadata Exchange Model, co-cddo/ukgov-metadata-exchange-model, src/model. */
  ukgov: {
    iri: 'https://w3id.org/co-cddo/ukgov-metadata-exchange-model/',
    terms: ['securityClassification'],
  },
  rdfs: { iri: 'http://www.w3.org/2000/01/rdf-schema#', terms: ['label'] },
  xsd: { iri: 'http://www.w3.org/2001/XMLSchema#', terms: ['date', 'duration'] },
} as const;

type Prefix = keyof typeof vocabularies;

/** The prefixes, for a JSON-LD context. */
export const prefixes = (...names: readonly Prefix[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, vocabularies[name].iri]));

/** ODRL's own words, so that a policy reads as in the recommendation's examples. */
export const odrlWords = (): JsonObject => {
  const words = vocabularies.odrl.terms.map((term) => [term, `odrl:${term}`]);
  const references = ['uid', 'assigner', 'assignee', 'informedParty', 'target', 'partOf'];
  const terms = ['action', 'leftOperand', 'operator', 'conflict'];
  return Object.fromEntries([
    ...words,
    ...references.map((term) => [term, { '@id': `odrl:${term}`, '@type': '@id' }]),
    ...terms.map((term) => [term, { '@id': `odrl:${term}`, '@type': '@vocab' }]),
  ]) as JsonObject;
};

/** The thing with this IRI, or prefix and term. */
export const ref = (iri: string): JsonObject => ({ '@id': iri });

export const xsdDate = (value: string): JsonObject => ({ '@value': value, '@type': 'xsd:date' });
export const xsdDuration = (value: string): JsonObject => ({ '@value': value, '@type': 'xsd:duration' });

export const agencyIri = (agency: string): string => `urn:concordat:agency:${agency}`;
/** An agreement's IRI: by its digest, so that it names one text and no other. */
export const agreementIri = (digest: string): string => `urn:concordat:agreement:${digest}`;

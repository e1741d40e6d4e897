import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseStrict, type Json, type JsonObject } from '@concordat/record';
import { describe, expect, it } from 'vitest';
import { freezeAgreement } from '../document/document.js';
import { exampleAgreement } from '../document/example-agreement.js';
import { fillTemplate } from '../templates/fill.js';
import { freezeTemplate } from '../templates/freeze.js';
import { toDcat } from './dcat.js';
import { richAgreement } from './example-exports.js';
import { toOdrl } from './odrl.js';
import { vocabularies } from './vocabulary.js';

/** A real JSON-LD processor. `safe` makes it refuse whatever it would otherwise leave out without a word. */
interface JsonLd {
  expand(document: Json, options: object): Promise<Json[]>;
  compact(document: Json, context: Json, options: object): Promise<JsonObject>;
  canonize(document: Json | string, options: object): Promise<string>;
  toRDF(document: Json, options: object): Promise<string>;
  fromRDF(quads: string, options: object): Promise<Json[]>;
}
const jsonld = createRequire(import.meta.url)('jsonld') as JsonLd;

const noNetwork = {
  safe: true,
  documentLoader: (url: string) => Promise.reject(new Error(`asked the network for ${url}`)),
};

const FOLDER = new URL('../../../../agreements/templates/', import.meta.url);
const read = (file: string): JsonObject => parseStrict(readFileSync(new URL(file, FOLDER))) as JsonObject;
const filled = (id: string) =>
  freezeAgreement(fillTemplate(freezeTemplate(read(`${id}.json`)), read(`${id}.example-values.json`)));

const agreements = {
  example: freezeAgreement(exampleAgreement()),
  rich: richAgreement(),
  councils: filled('tell-us-once-councils'),
  simple: filled('death-notification'),
};
const facts = { modified: '2026-03-20', securityClassification: 'OFFICIAL' } as const;

const exports: [string, JsonObject][] = Object.entries(agreements).flatMap(([name, frozen]) => [
  [`${name} as ODRL`, toOdrl(frozen)],
  [`${name} as DCAT`, toDcat(frozen, facts)],
]);

const known = new Set(
  Object.values(vocabularies).flatMap(({ iri, terms }) =>
    (terms as readonly string[]).map((term) => iri + term),
  ),
);
const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const OURS = /^(urn:concordat:|mailto:|tel:)/u;

describe.each(exports)('%s, read as JSON-LD', (_name, document) => {
  it('needs no network and loses nothing', async () => {
    const expanded = await jsonld.expand(document, noNetwork);
    expect(texts(expanded)).toEqual(texts(withoutContext(document)));
  });

  it('uses no term that is not in the vocabulary that it claims to be from', async () => {
    const quads = await jsonld.toRDF(document, { ...noNetwork, format: 'application/n-quads' });
    const iris = [...quads.replaceAll(/"(?:[^"\\]|\\.)*"/gu, '').matchAll(/<([^>]*)>/gu)].map(
      ([, iri]) => iri ?? '',
    );
    expect(iris.length).toBeGreaterThan(50);
    const unknown = iris.filter((iri) => !known.has(iri) && !OURS.test(iri) && !iri.startsWith(RDF));
    expect([...new Set(unknown)]).toEqual([]);
  });

  it('is the same after a journey through N-Quads, and after being compacted', async () => {
    const canonical = await jsonld.canonize(document, { ...noNetwork, format: 'application/n-quads' });
    const back = await jsonld.fromRDF(canonical, { format: 'application/n-quads' });
    expect(await jsonld.canonize(back, { ...noNetwork, format: 'application/n-quads' })).toBe(canonical);
    const compacted = await jsonld.compact(document, document['@context'] as Json, noNetwork);
    expect(await jsonld.canonize(compacted, { ...noNetwork, format: 'application/n-quads' })).toBe(canonical);
  });

  it('is the same each time', () => {
    expect(JSON.stringify(toOdrl(agreements.rich))).toBe(JSON.stringify(toOdrl(richAgreement())));
  });
});

it('the processor refuses a member that no context explains: the tests above can fail', async () => {
  const document = { ...toDcat(agreements.example), extra: 'lost' };
  await expect(jsonld.expand(document, noNetwork)).rejects.toThrow();
});

/** Every text in a document, apart from names of members and IRIs; sorted. */
function texts(part: Json): string[] {
  const found: string[] = [];
  const visit = (value: Json, name: string): void => {
    if (typeof value === 'string') {
      if (/[ ,;.]\S/u.test(value) && !OURS.test(value) && name !== '@type' && name !== '@id')
        found.push(value);
    } else if (Array.isArray(value)) for (const each of value) visit(each, name);
    else if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) visit(member, key);
  };
  visit(part, '');
  return found.filter((text) => !/^https?:\/\/\S+$/u.test(text)).sort();
}

const withoutContext = ({ '@context': _context, ...rest }: JsonObject): JsonObject => rest;

// ---- ODRL ---------------------------------------------------------------------------------------------------

interface Rule {
  '@type': string;
  assigner: string;
  assignee: string;
  action: string;
  target: JsonObject;
  informedParty?: JsonObject;
  constraint?: { leftOperand: string; operator: string; rightOperand: JsonObject }[];
}
interface Policy {
  uid: string;
  '@type': string[];
  permission: Rule[];
  prohibition: Rule[];
  obligation: Rule[];
}
const policyOf = (name: keyof typeof agreements): Policy => toOdrl(agreements[name]) as unknown as Policy;

describe.each(Object.keys(agreements) as (keyof typeof agreements)[])('the ODRL policy of %s', (name) => {
  const policy = policyOf(name);
  const { agreement, digest } = agreements[name];

  // ODRL Information Model 2.2, §2.1.3 (Agreement), §2.5 (constraints), §2.6 (rules).
  it('has what the information model asks for', () => {
    expect(policy.uid).toBe(`urn:concordat:agreement:${digest}`);
    expect(policy['@type']).toContain('Agreement');
    const agencies = agreement.parties.map(({ agency }) => `urn:concordat:agency:${agency}`);
    for (const rule of [...policy.permission, ...policy.prohibition, ...policy.obligation]) {
      expect(agencies).toContain(rule.assigner);
      expect(agencies).toContain(rule.assignee);
      expect(typeof rule.action).toBe('string');
      expect(rule.target['@id']).toMatch(/^urn:concordat:agreement:sha256:[0-9a-f]{64}#data-/u);
      for (const { leftOperand, operator, rightOperand } of rule.constraint ?? []) {
        expect(vocabularies.odrl.terms).toContain(leftOperand);
        expect(vocabularies.odrl.terms).toContain(operator);
        expect(rightOperand).toBeDefined();
      }
    }
  });

  it('permits exactly what the grants give, field by field', () => {
    const uses = policy.permission.filter(({ action }) => action === 'use');
    const given = uses.map(({ target, assigner, assignee }) => ({
      assigner,
      assignee,
      fields: (target['dpv:hasPersonalData'] as JsonObject[]).map((field) => field['dct:identifier']),
    }));
    expect(given).toEqual(
      agreement.grants.map(({ provider, recipient, fields }) => ({
        assigner: `urn:concordat:agency:${provider}`,
        assignee: `urn:concordat:agency:${recipient}`,
        fields: fields.map(({ field }) => field),
      })),
    );
  });

  it('limits each use to the purpose and the term', () => {
    for (const { constraint = [] } of policy.permission) {
      expect(constraint).toContainEqual(
        expect.objectContaining({
          leftOperand: 'dateTime',
          operator: 'lteq',
          rightOperand: { '@value': agreement.term.until, '@type': 'xsd:date' },
        }),
      );
      expect(constraint).toContainEqual(
        expect.objectContaining({ leftOperand: 'purpose', rightOperand: { '@id': `${policy.uid}#purpose` } }),
      );
    }
  });

  it('obliges each recipient to dispose of each category in time, and to tell of a breach', () => {
    const pairs = new Set(agreement.grants.map(({ provider, recipient }) => `${provider} ${recipient}`));
    expect(policy.obligation).toHaveLength(pairs.size * (agreement.duties.retention.length + 1));
    const informing = policy.obligation.filter(({ action }) => action === 'inform');
    expect(informing).toHaveLength(pairs.size);
    for (const { informedParty } of informing) {
      expect(informedParty).toMatchObject({ 'dpv:hasContact': agreement.duties.breach.contact.email });
    }
  });
});

describe('an ODRL policy', () => {
  const of = (policy: Policy, agency: string): Rule[] =>
    policy.permission.filter(({ assignee }) => assignee === `urn:concordat:agency:${agency}`);
  const operands = (rule: Rule): string[] => (rule.constraint ?? []).map(({ leftOperand }) => leftOperand);

  it('gives a party that may join later nothing before it has signed', () => {
    const policy = policyOf('councils');
    for (const rule of of(policy, 'northshire-council')) expect(operands(rule)).not.toContain('event');
    for (const council of ['eastbury-council', 'wexmoor-council']) {
      expect(of(policy, council)).toHaveLength(3); // two grants, and leave to pass some of it on
      for (const rule of of(policy, council)) expect(operands(rule)).toContain('event');
    }
  });

  it('keeps data in the United Kingdom unless transfers were agreed', () => {
    expect(operands(policyOf('example').permission[0]!)).toContain('spatial');
    expect(operands(policyOf('rich').permission[0]!)).not.toContain('spatial');
  });

  it('forbids passing on: to everybody, or to all but those who are named', () => {
    const passing = (policy: Policy): Rule[] =>
      policy.prohibition.filter(({ action }) => action === 'distribute');
    for (const rule of passing(policyOf('example'))) expect(rule.constraint).toBeUndefined();
    expect(passing(policyOf('example'))).toHaveLength(1);
    for (const rule of passing(policyOf('rich'))) {
      expect(rule.constraint).toMatchObject([{ leftOperand: 'recipient', operator: 'isNoneOf' }]);
    }
    expect(policyOf('rich').permission.filter(({ action }) => action === 'distribute')).toHaveLength(2);
  });

  it('names each special category by DPV’s own terms', () => {
    const kinds = JSON.stringify(
      (toOdrl(agreements.rich)['dpv:hasProcess'] as JsonObject)['dpv:hasPersonalData'],
    );
    for (const term of vocabularies.pd.terms) expect(kinds).toContain(`"pd:${term}"`);
  });

  it('does not take an article of the UK’s law for one of the EU’s', () => {
    const [basis] = (toOdrl(agreements.example)['dpv:hasProcess'] as JsonObject)[
      'dpv:hasLegalBasis'
    ] as Json[];
    expect(basis).toMatchObject({
      '@type': 'dpv:LegalBasis',
      'dct:title': 'Article 6(1)(e) of the UK GDPR',
      'skos:closeMatch': { '@id': 'eu-gdpr:A6-1-e' },
    });
  });
});

// ---- DCAT ---------------------------------------------------------------------------------------------------

describe('a DCAT description', () => {
  const graphOf = (document: JsonObject): JsonObject[] => document['@graph'] as JsonObject[];
  const ofType = (document: JsonObject, type: string): JsonObject[] =>
    graphOf(document).filter((node) => node['@type'] === type);

  it('has the properties that the UK’s model requires of a dataset', () => {
    const [dataset] = ofType(toDcat(agreements.simple, facts), 'dcat:Dataset');
    const required = [
      ...['dct:accessRights', 'dcat:contactPoint', 'dct:creator', 'dct:description', 'dct:identifier'],
      ...['dct:license', 'dct:modified', 'dct:publisher', 'ukgov:securityClassification', 'dct:title'],
      ...['@type', 'dcat:version', 'dct:accrualPeriodicity'],
    ];
    expect(Object.keys(dataset!)).toEqual(expect.arrayContaining(required));
  });

  it('has a dataset for each kind of event that a party provides, under the agreement as its policy', () => {
    const { digest } = agreements.councils;
    const datasets = ofType(toDcat(agreements.councils), 'dcat:Dataset');
    expect(datasets).toHaveLength(2);
    for (const dataset of datasets) {
      expect(dataset['odrl:hasPolicy']).toEqual({ '@id': `urn:concordat:agreement:${digest}` });
    }
  });

  it('says nothing of what only the catalogue’s keeper knows', () => {
    const text = JSON.stringify(graphOf(toDcat(agreements.simple)));
    expect(text).not.toContain('dct:modified');
    expect(text).not.toContain('securityClassification');
  });
});

// ---- Golden files -------------------------------------------------------------------------------------------

it.each([
  ['odrl.json', toOdrl(agreements.simple)],
  ['dcat.json', toDcat(agreements.simple, facts)],
])('%s is what it was', async (file, document) => {
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(`golden/${file}`);
});

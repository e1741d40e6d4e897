import type { JsonObject } from '@concordat/record';
import type { Agreement } from '../document/agreement.js';
import { freezeAgreement, type FrozenAgreement } from '../document/document.js';
import { exampleAgreement } from '../document/example-agreement.js';
import { freezeNotice, type FrozenNotice } from './notice.js';
import type { CompareVersions, VerifiedNotice, VerifiedVersion } from './standing-types.js';

/** The signatories of the example: two parties that it needs, and a council that may join later. */
export const OWNER = 'register-office/information-asset-owner';
export const LEGAL = 'register-office/legal';
export const PENSIONS = 'pensions/legal';
export const PROTECTION = 'council/data-protection';
export const COUNCIL = 'council/legal';
export const FIRM = [OWNER, LEGAL, PENSIONS];
export const LATER = [PROTECTION, COUNCIL];

/** For the tests: a version of the example, in which the council gets what pensions gets once it has joined. */
export function versionOf(
  version: number,
  change: (document: JsonObject) => void = () => undefined,
): FrozenAgreement {
  const document: JsonObject = { ...exampleAgreement(), version };
  const parties = document['parties'] as JsonObject[];
  parties[2] = { ...parties[2], mayJoinLater: true };
  const grants = document['grants'] as JsonObject[];
  document['grants'] = [...grants, { ...grants[0], id: 'deaths-to-council', recipient: 'council' }];
  change(document);
  return freezeAgreement(document);
}

/** A version that grants only the first so many fields. */
export const withFields = (version: number, count: number): FrozenAgreement =>
  versionOf(version, (document) => {
    for (const grant of document['grants'] as JsonObject[])
      grant['fields'] = (grant['fields'] as JsonObject[]).slice(0, count);
  });

/** A version that leaves out a party that the example needs, and needs the council instead. */
export function withoutPensions(version: number): FrozenAgreement {
  return versionOf(version, (document) => {
    const [provider, , { mayJoinLater: _, actsFor: __, ...council }] = document['parties'] as [
      JsonObject,
      JsonObject,
      JsonObject,
    ];
    document['parties'] = [provider, { ...council, status: 'controller' }];
    document['grants'] = (document['grants'] as JsonObject[]).slice(1);
  });
}

/** Stands in for the difference report: what matters here is only what it says. */
export const compareFields: CompareVersions = (before, after) => {
  const [had, has] = [countOf(before), countOf(after)];
  return { overall: has < had ? 'narrows' : has > had ? 'widens' : 'administrative' };
};

const countOf = ({ grants }: Agreement): number => grants.reduce((sum, { fields }) => sum + fields.length, 0);

/** As if each of them had signed, and it had been verified. */
export function signedBy(
  frozen: FrozenAgreement,
  names: readonly string[],
  time = '2026-03-10T12:00:00Z',
): VerifiedVersion {
  return { frozen, signatures: names.map((name) => ({ ...signatory(name), time })), refused: [] };
}

/** As if it had been signed and verified. */
export function noticeBy(
  name: string,
  part: JsonObject,
  { agreement: { id, version }, digest }: FrozenAgreement,
  time = '2026-05-01T09:00:00Z',
): VerifiedNotice {
  const base = { notice: '1.0', agreement: { id, version, digest }, ...signatory(name) };
  const document = { ...base, time, because: 'A test', ...part };
  const text = JSON.stringify(document);
  const made = MADE.get(text) ?? freezeNotice(document);
  MADE.set(text, made);
  return { notice: made.notice, digest: made.digest };
}

/** Property tests make the same notices thousands of times. */
const MADE = new Map<string, FrozenNotice>();

export function signatory(name: string): { party: string; role: string } {
  const [party = '', role = ''] = name.split('/');
  return { party, role };
}

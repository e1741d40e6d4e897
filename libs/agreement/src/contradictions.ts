import type { Finding } from '@concordat/problem';
import type { Agreement } from './agreement.js';

/**
 * What a schema cannot see: parts of an agreement that contradict each other. Any one makes the agreement
 * void, so none is only a warning.
 */
export function findContradictions(agreement: Agreement): Finding[] {
  return [...partyFindings(agreement), ...termFindings(agreement), ...grantFindings(agreement)];
}

function partyFindings({ parties }: Agreement): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const [index, { agency }] of parties.entries()) {
    if (seen.has(agency)) {
      findings.push({ path: `/parties/${index}/agency`, message: 'names an agency that is a party already' });
    }
    seen.add(agency);
  }
  return findings;
}

function termFindings({ term }: Agreement): Finding[] {
  // ISO 8601 calendar dates of the same length sort as text.
  if (term.from > term.until) return [{ path: '/term/until', message: 'is before the term begins' }];
  if (term.reviewBy < term.from) return [{ path: '/term/reviewBy', message: 'is before the term begins' }];
  return [];
}

function grantFindings({ grants, parties }: Agreement): Finding[] {
  const roles = new Map(parties.map(({ agency, role }) => [agency, role]));
  const findings: Finding[] = [];
  const ids = new Set<string>();
  const exchanges = new Set<string>();
  for (const [index, grant] of grants.entries()) {
    const at = `/grants/${index}`;
    if (ids.has(grant.id)) findings.push({ path: `${at}/id`, message: 'is the id of another grant' });
    ids.add(grant.id);
    if (roles.get(grant.provider) !== 'provider') {
      findings.push({ path: `${at}/provider`, message: 'is not a party with the role of provider' });
    }
    if (roles.get(grant.recipient) !== 'recipient') {
      findings.push({ path: `${at}/recipient`, message: 'is not a party with the role of recipient' });
    }
    // Two grants for one exchange would combine into a view that neither describes.
    const exchange = JSON.stringify([grant.provider, grant.recipient, grant.event]);
    if (exchanges.has(exchange)) {
      findings.push({ path: at, message: 'covers the same provider, recipient and event as another grant' });
    }
    exchanges.add(exchange);
    findings.push(...repeatedFields(grant.fields, at));
  }
  return findings;
}

function repeatedFields(fields: Agreement['grants'][number]['fields'], at: string): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const [index, { field }] of fields.entries()) {
    if (seen.has(field)) findings.push({ path: `${at}/fields/${index}/field`, message: 'is granted twice' });
    seen.add(field);
  }
  return findings;
}

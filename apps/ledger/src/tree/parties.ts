import type { AuditEntry } from '@concordat/exchange';

const AGENCY_MEMBERS = ['provider', 'recipient', 'agency', 'by', 'party'] as const;

/** The agencies that an entry is about. */
export function partiesOf(entry: AuditEntry): string[] {
  const members = entry as unknown as Record<string, unknown>;
  const named = AGENCY_MEMBERS.map((name) => members[name]).filter((value) => typeof value === 'string');
  return [...new Set([...named, ...('parties' in entry ? entry.parties : [])])];
}

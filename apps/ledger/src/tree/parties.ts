const AGENCY_MEMBERS = ['provider', 'recipient', 'agency', 'by', 'party'] as const;

/** The agencies that an entry is about: whose officers may read it. */
export function partiesOf(entry: Readonly<Record<string, unknown>>): string[] {
  const { parties } = entry;
  const named = [
    ...AGENCY_MEMBERS.map((name) => entry[name]),
    ...(Array.isArray(parties) ? (parties as unknown[]) : []),
  ];
  return [...new Set(named.filter((value) => typeof value === 'string'))];
}

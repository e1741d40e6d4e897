/** The log's topics, and what each carries. */
export const topics = {
  /** Events as publishers sent them; a block of one partition’s events in each record. */
  events: 'events',
  /** What recipients get; a block of disclosures of one recipient in each record. */
  disclosures: 'disclosures',
  /** Audit entries, a block in each record. One partition, because one tree has one order. */
  audit: 'audit',
  /** The register: agencies, keys, schemas, agreements and the registry's heartbeat. Compacted. */
  agreements: 'agreements',
} as const;

/** @param partitions how many lanes the events and the disclosures have */
export const topicSpecs = (partitions: number) => [
  { name: topics.events, partitions },
  { name: topics.disclosures, partitions },
  { name: topics.audit, partitions: 1 },
  { name: topics.agreements, partitions: 1, compacted: true },
];

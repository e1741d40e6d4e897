import type { AuditItem } from './audit-entry.js';
import { encodeBlocks } from './block.js';
import { topics } from './topics.js';

/** The records of the topic `audit` that carry these items, in order. */
export const auditRecords = (items: readonly AuditItem[]): { topic: string; key: string; value: Buffer }[] =>
  encodeBlocks(items).map((value) => ({ topic: topics.audit, key: 'audit', value }));

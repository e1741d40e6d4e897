export { auditRecords } from './audit-records.js';
export { topics, topicSpecs } from './topics.js';
export { encodeBlocks, decodeBlock, MAX_BLOCK_BYTES, MAX_BLOCK_ITEMS } from './block.js';
export { eventKey, type AcceptedEvent, type Disclosure, type DisclosedEvent } from './messages.js';
export {
  entryId,
  type AgreementEvent,
  type AgreementReference,
  type AuditEntry,
  type AuditItem,
  type EntryConflict,
  type RecordedEntry,
} from './audit-entry.js';

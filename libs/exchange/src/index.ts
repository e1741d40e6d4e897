export { auditRecords } from './audit-records.js';
export { topics, topicSpecs } from './topics.js';
export {
  BlockWriter,
  encodeBlocks,
  decodeBlock,
  LineTemplate,
  textOfBlock,
  MAX_BLOCK_BYTES,
  MAX_BLOCK_ITEMS,
} from './block.js';
export { encodeEvents, decodeEvents, type ArrivedEvent } from './event-block.js';
export {
  partitionOfEvent,
  type AcceptedEvent,
  type Disclosure,
  type DisclosedEvent,
  type EventContext,
} from './messages.js';
export {
  entryId,
  type AgreementEvent,
  type AgreementReference,
  type AuditEntry,
  type AuditItem,
  type EntryConflict,
  type RecordedEntry,
} from './audit-entry.js';

export * from './port.js';
export { EventLogError, type EventLogErrorCode } from './errors.js';
export {
  createPostgresEventLog,
  type PostgresEventLog,
  type PostgresEventLogOptions,
} from './postgres/postgres-event-log.js';
export { createKafkaEventLog } from './kafka/event-log.js';
export type { KafkaEventLogOptions } from './kafka/client.js';

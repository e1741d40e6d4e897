import { createKafkaEventLog, createPostgresEventLog, type EventLog } from '@concordat/event-log';
import { topicSpecs } from '@concordat/exchange';
import type { ServiceSettings } from './settings.js';

type LogSettings = Pick<ServiceSettings, 'DATABASE_URL' | 'KAFKA_BROKERS' | 'LOG_PARTITIONS'>;

/** Opens the log that the settings name, and makes the broker's topics in it where they are missing. */
export async function openEventLog(settings: LogSettings, clientId: string): Promise<EventLog> {
  const { DATABASE_URL: connectionString, KAFKA_BROKERS: brokers } = settings;
  const log: EventLog =
    brokers === undefined
      ? await createPostgresEventLog({ connectionString })
      : createKafkaEventLog({ brokers: brokers.split(','), clientId });
  try {
    await log.ensureTopics(topicSpecs(settings.LOG_PARTITIONS));
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}

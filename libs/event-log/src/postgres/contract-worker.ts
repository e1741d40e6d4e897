import { runContractWorker } from '../contract/worker.js';
import { createPostgresEventLog, type PostgresEventLogOptions } from './postgres-event-log.js';

await runContractWorker((config) => createPostgresEventLog(config as PostgresEventLogOptions));

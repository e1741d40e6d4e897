import { runContractWorker } from '../contract/worker.js';
import type { KafkaEventLogOptions } from './client.js';
import { createKafkaEventLog } from './event-log.js';

await runContractWorker((config) => Promise.resolve(createKafkaEventLog(config as KafkaEventLogOptions)));

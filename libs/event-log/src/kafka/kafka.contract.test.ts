import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@concordat/persistence';
import { describe } from 'vitest';
import { ownKafka, whyNoOwnKafka } from '../../../../test/kafka/suite.js';
import { eventLogContract } from '../contract/contract.js';
import type { ContractHarness } from '../contract/harness.js';
import { openTestDatabase } from '../contract/test-database.js';
import type { KafkaEventLogOptions } from './client.js';
import { createKafkaEventLog } from './event-log.js';

const SESSION_TIMEOUT = 2_000;

/** A broker of its own, because the contract kills it. */
async function kafkaHarness(): Promise<ContractHarness> {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-event-log-'));
  // The server may have to run as another user, who must be able to get to its data.
  chmodSync(folder, 0o755);
  const [broker, postgres] = await Promise.all([
    ownKafka(),
    startEmbeddedPostgres({ dataDir: join(folder, 'data') }),
  ]);
  const database = openTestDatabase(postgres.url);
  const config: KafkaEventLogOptions = {
    brokers: [broker.brokers],
    clientId: 'contract',
    prefix: `contract-${randomUUID()}-`,
    sessionTimeout: SESSION_TIMEOUT,
  };
  return {
    sessionTimeout: SESSION_TIMEOUT,
    readsAhead: true,
    open: () => Promise.resolve(createKafkaEventLog(config)),
    database,
    databaseUrl: postgres.url,
    workerEntry: new URL('contract-worker.ts', import.meta.url),
    workerConfig: config,
    restart: async () => {
      await broker.kill();
      await broker.start();
    },
    close: async () => {
      await database.close();
      await Promise.all([broker.stop(), postgres.stop()]);
      rmSync(postgres.dataDir, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe.skipIf(await whyNoOwnKafka())('Kafka', () => {
  eventLogContract('Kafka', kafkaHarness);
});

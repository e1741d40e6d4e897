import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@concordat/persistence';
import { eventLogContract } from '../contract/contract.js';
import type { ContractHarness } from '../contract/harness.js';
import { openTestDatabase } from '../contract/test-database.js';
import { createPostgresEventLog, type PostgresEventLogOptions } from './postgres-event-log.js';

async function postgresHarness(): Promise<ContractHarness> {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-event-log-'));
  // The server may have to run as another user, who must be able to get to its data.
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
  const database = openTestDatabase(server.url);
  const config: PostgresEventLogOptions = { connectionString: server.url, sessionTimeout: 2_000 };
  return {
    sessionTimeout: 2_000,
    open: () => createPostgresEventLog(config),
    database,
    databaseUrl: server.url,
    workerEntry: new URL('contract-worker.ts', import.meta.url),
    workerConfig: config,
    restart: async () => {
      await server.kill();
      await server.restart();
    },
    close: async () => {
      await database.close();
      await server.stop();
      rmSync(server.dataDir, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

eventLogContract('Postgres', postgresHarness);

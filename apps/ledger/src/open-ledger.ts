import type { EntityManager } from 'typeorm';
import { Module, type DynamicModule } from '@nestjs/common';
import { VERIFY_TOKEN } from '@concordat/auth';
import { topics } from '@concordat/exchange';
import type { Part } from '@concordat/http';
import { openDataSource, ping } from '@concordat/persistence';
import { anyFailure, logLane, type Surroundings } from '@concordat/service';
import { AUDIT_LOG, AuditLog } from './audit/audit-log.js';
import { AuditController } from './audit/audit.controller.js';
import { Tree1764000000001 } from './migrations.js';
import { Checkpoints, readLedgerKey } from './tree/checkpoints.js';
import { EntryEntity } from './tree/entry.entity.js';
import { sequence } from './tree/sequence.js';

/** What the ledger is told besides what every app is. */
export interface LedgerSettings {
  readonly LEDGER_ORIGIN: string;
  /** Ed25519, PKCS #8 DER, base64url. */
  readonly LEDGER_SIGNING_KEY: string;
}

/** Of blocks, compressed: some ten thousand entries in one transaction. */
const MAX_BATCH_BYTES = 128 * 1024;

@Module({})
class LedgerModule {}

/** Opens the ledger: its database, what sequences entries from the log, and its signer. */
export async function openLedger(
  { databaseUrl, log, logger, verifyToken }: Surroundings,
  settings: LedgerSettings,
): Promise<Part> {
  const key = readLedgerKey(settings.LEDGER_ORIGIN, settings.LEDGER_SIGNING_KEY);
  const database = await openDataSource({
    url: databaseUrl,
    schema: 'ledger',
    entities: [EntryEntity],
    migrations: [Tree1764000000001],
  });
  const checkpoints = new Checkpoints(database, key);
  const worker = await log.project<EntityManager>({
    group: 'ledger',
    topics: [topics.audit],
    maxBatchBytes: MAX_BATCH_BYTES,
    database,
    sink: sequence,
    onCommitted: () => {
      checkpoints
        .signIfGrown()
        .catch((error: unknown) => logger.error({ err: error }, 'a checkpoint was not signed'));
    },
    onLane: logLane(logger),
  });
  const module: DynamicModule = {
    module: LedgerModule,
    controllers: [AuditController],
    providers: [
      { provide: VERIFY_TOKEN, useValue: verifyToken },
      { provide: AUDIT_LOG, useValue: new AuditLog(database) },
      { provide: Checkpoints, useValue: checkpoints },
    ],
  };
  return {
    name: 'ledger',
    module,
    checks: {
      database: () => ping(database),
      log: () => log.ping(),
    },
    lanes: () => worker.lanes(),
    failed: anyFailure([worker.failed]),
    stop: async () => {
      await worker.stop();
      await checkpoints.signIfGrown();
      await database.destroy();
    },
  };
}

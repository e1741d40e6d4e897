import type { EntityManager } from 'typeorm';
import { Module, type DynamicModule } from '@nestjs/common';
import { VERIFY_TOKEN } from '@concordat/auth';
import { topics } from '@concordat/exchange';
import type { Part } from '@concordat/http';
import { openDataSource, ping } from '@concordat/persistence';
import { anyFailure, logLane, type Surroundings } from '@concordat/service';
import { DeliveriesController } from './mailbox/deliveries.controller.js';
import { fillMailboxes, unpack } from './mailbox/fill-mailboxes.js';
import { Mailboxes, MAILBOXES } from './mailbox/mailbox.js';
import { MailboxEntity } from './mailbox/mailbox.entity.js';
import { MailboxItemEntity } from './mailbox/mailbox-item.entity.js';
import { MailboxWatch } from './mailbox/mailbox-watch.js';
import { Mailboxes1764000000001 } from './migrations.js';

/** Of blocks, compressed: some ten thousand disclosures in one transaction. */
const MAX_BATCH_BYTES = 256 * 1024;

@Module({})
class DeliveryModule {}

/** Opens delivery: the mailboxes, what fills them from the log, and the relay for its audit entries. */
export async function openDelivery({ databaseUrl, log, logger, verifyToken }: Surroundings): Promise<Part> {
  const database = await openDataSource({
    url: databaseUrl,
    schema: 'delivery',
    entities: [MailboxEntity, MailboxItemEntity],
    migrations: [Mailboxes1764000000001],
  });
  const watch = new MailboxWatch();
  const relay = await log.relay({ name: 'delivery', database });
  const worker = await log.project<EntityManager>({
    group: 'delivery',
    topics: [topics.disclosures],
    maxBatchBytes: MAX_BATCH_BYTES,
    database,
    sink: (batch, transaction) => fillMailboxes(transaction, unpack(batch)),
    onCommitted: (batch) => watch.grew(recipientsOf(batch.records)),
    onLane: logLane(logger),
  });
  const module: DynamicModule = {
    module: DeliveryModule,
    controllers: [DeliveriesController],
    providers: [
      { provide: VERIFY_TOKEN, useValue: verifyToken },
      { provide: MAILBOXES, useValue: new Mailboxes(database, relay, watch) },
    ],
  };
  return {
    name: 'delivery',
    module,
    checks: {
      database: () => ping(database),
      log: () => log.ping(),
    },
    drain: () => watch.close(),
    lanes: () => [...worker.lanes(), ...relay.lanes()],
    failed: anyFailure([worker.failed, relay.failed]),
    stop: async () => {
      await worker.stop();
      await relay.stop();
      await database.destroy();
    },
  };
}

/** A block's key is its recipient and the lane that it came from. */
const recipientsOf = (records: readonly { readonly key: string }[]): Set<string> =>
  new Set(records.map(({ key }) => key.split('/')[0] ?? ''));

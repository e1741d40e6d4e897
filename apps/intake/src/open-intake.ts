import { Module, type DynamicModule } from '@nestjs/common';
import { VERIFY_TOKEN } from '@concordat/auth';
import { topics } from '@concordat/exchange';
import type { Part } from '@concordat/http';
import { openDataSource, ping } from '@concordat/persistence';
import { followRegister } from '@concordat/register';
import { anyFailure, logRefused, type Surroundings } from '@concordat/service';
import { EVENT_DESK, EventDesk } from './events/event-desk.js';
import { EventsController } from './events/events.controller.js';
import { ReceiptEntity } from './events/receipt.entity.js';
import { Receipts1764000000001 } from './migrations.js';

@Module({})
class IntakeModule {}

/** Opens intake: its database, its copy of the register, and the relay from its outbox to the log. */
export async function openIntake({ databaseUrl, log, logger, verifyToken }: Surroundings): Promise<Part> {
  const database = await openDataSource({
    url: databaseUrl,
    schema: 'intake',
    entities: [ReceiptEntity],
    migrations: [Receipts1764000000001],
  });
  const partitions = await log.partitions(topics.events);
  const relay = await log.relay({ name: 'intake', database });
  const followed = await followRegister(log, topics.agreements, undefined, logRefused(logger));
  await followed.caughtUp;
  const module: DynamicModule = {
    module: IntakeModule,
    controllers: [EventsController],
    providers: [
      { provide: VERIFY_TOKEN, useValue: verifyToken },
      { provide: EVENT_DESK, useValue: new EventDesk({ database, relay, partitions }, followed.register) },
    ],
  };
  return {
    name: 'intake',
    module,
    checks: {
      database: () => ping(database),
      log: () => log.ping(),
    },
    lanes: () => relay.lanes(),
    failed: anyFailure([relay.failed, followed.failed]),
    stop: async () => {
      await relay.stop();
      await followed.stop();
      await database.destroy();
    },
  };
}

import { Module, type DynamicModule } from '@nestjs/common';
import { VERIFY_TOKEN } from '@concordat/auth';
import { topics } from '@concordat/exchange';
import type { Part } from '@concordat/http';
import { openDataSource, ping } from '@concordat/persistence';
import { followRegister } from '@concordat/register';
import { anyFailure, logRefused, type Surroundings } from '@concordat/service';
import { AgenciesController } from './agencies/agencies.controller.js';
import { Agencies, AGENCIES } from './agencies/agencies.js';
import { AgencyEntity } from './agencies/agency.entity.js';
import { AgreementNoticeEntity } from './agreements/agreement-notice.entity.js';
import { AgreementSignatureEntity } from './agreements/agreement-signature.entity.js';
import { AgreementTransitionEntity } from './agreements/agreement-transition.entity.js';
import { AGREEMENT_VIEWS, AgreementViews } from './agreements/agreement-views.js';
import { AgreementEntity } from './agreements/agreement.entity.js';
import { AgreementsController } from './agreements/agreements.controller.js';
import { Agreements, AGREEMENTS } from './agreements/agreements.js';
import { AgreementClock } from './agreements/clock.js';
import { DocumentsController } from './agreements/documents.controller.js';
import { ExportsController } from './agreements/exports.controller.js';
import { Drafts, DRAFTS } from './agreements/drafts.js';
import { Standings } from './agreements/standings.js';
import { AgencyKeyEntity } from './keys/agency-key.entity.js';
import { KeyRevocationEntity } from './keys/key-revocation.entity.js';
import { KeysController } from './keys/keys.controller.js';
import { Keys, KEYS } from './keys/keys.js';
import { Register1764000000001 } from './migrations.js';
import { EVENT_LOG, QuarantineController } from './operations/quarantine.controller.js';
import { startHeartbeat } from './publication/heartbeat.js';
import { Publisher } from './publication/publish.js';
import { EventSchemaEntity } from './schemas/event-schema.entity.js';
import { SchemasController } from './schemas/schemas.controller.js';
import { Schemas, SCHEMAS } from './schemas/schemas.js';
import { AgreementTemplateEntity } from './templates/agreement-template.entity.js';
import { TemplatesController } from './templates/templates.controller.js';
import { Templates, TEMPLATES } from './templates/templates.js';

@Module({})
class RegistryModule {}

/** Opens the registry: its database, the relay of its changes, and its heartbeat. */
export async function openRegistry({ databaseUrl, log, logger, verifyToken }: Surroundings): Promise<Part> {
  const database = await openDataSource({
    url: databaseUrl,
    schema: 'registry',
    entities: [
      AgencyEntity,
      AgencyKeyEntity,
      KeyRevocationEntity,
      EventSchemaEntity,
      AgreementEntity,
      AgreementSignatureEntity,
      AgreementNoticeEntity,
      AgreementTransitionEntity,
      AgreementTemplateEntity,
    ],
    migrations: [Register1764000000001],
  });
  const relay = await log.relay({ name: 'registry', database });
  // What enforcers say of agreements comes back by the register's own topic.
  const followed = await followRegister(log, topics.agreements, undefined, logRefused(logger));
  const publisher = new Publisher(relay);
  const agencies = new Agencies(database, publisher);
  const schemas = new Schemas(database, publisher);
  const templates = new Templates(database, publisher);
  const standings = new Standings(schemas);
  const drafts = new Drafts(database, schemas, templates, standings);
  const clock = new AgreementClock(database, publisher, standings);
  const keys = new Keys(database, publisher, agencies, () => clock.forgetAll());
  const agreements = new Agreements(database, publisher, agencies, drafts, standings, clock);
  const views = new AgreementViews(database, standings, followed.register);
  const endClock = clock.start(logger);
  const endHeartbeat = startHeartbeat(database, publisher, logger);
  const module: DynamicModule = {
    module: RegistryModule,
    controllers: [
      AgenciesController,
      KeysController,
      SchemasController,
      TemplatesController,
      AgreementsController,
      DocumentsController,
      ExportsController,
      QuarantineController,
    ],
    providers: [
      { provide: VERIFY_TOKEN, useValue: verifyToken },
      { provide: AGENCIES, useValue: agencies },
      { provide: KEYS, useValue: keys },
      { provide: SCHEMAS, useValue: schemas },
      { provide: TEMPLATES, useValue: templates },
      { provide: AGREEMENTS, useValue: agreements },
      { provide: AGREEMENT_VIEWS, useValue: views },
      { provide: DRAFTS, useValue: drafts },
      { provide: EVENT_LOG, useValue: log },
    ],
  };
  return {
    name: 'registry',
    module,
    checks: { database: () => ping(database), log: () => log.ping() },
    lanes: () => relay.lanes(),
    failed: anyFailure([relay.failed, followed.failed]),
    stop: async () => {
      await endHeartbeat();
      await endClock();
      await followed.stop();
      await relay.stop();
      await database.destroy();
    },
  };
}

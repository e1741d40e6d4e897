import type { DataSource, EntityManager } from 'typeorm';
import type { Caller } from '@concordat/auth';
import { entryId } from '@concordat/exchange';
import { BrokerError } from '@concordat/problem';
import { compileSchema, digestOf, type JsonObject } from '@concordat/record';
import type { EventSchema } from '@concordat/register';
import type { Publisher } from '../publication/publish.js';
import { EventSchemaEntity } from './event-schema.entity.js';

/** The injection token of {@link Schemas}. */
export const SCHEMAS = Symbol('Schemas');

/** Event types and their JSON Schemas. */
export class Schemas {
  readonly #database: DataSource;
  readonly #publisher: Publisher;

  constructor(database: DataSource, publisher: Publisher) {
    this.#database = database;
    this.#publisher = publisher;
  }

  /** Every schema, in the order of registration. */
  async list(type: string | undefined): Promise<EventSchema[]> {
    const rows = await this.#database.manager.find(EventSchemaEntity, {
      where: type === undefined ? {} : { type },
      order: { number: 'ASC' },
    });
    return rows.map(toSchema);
  }

  /**
   * A schema by its digest, of a type if one is given; `undefined` when there is none.
   *
   * @param manager of the transaction that asks: one that holds a connection must not wait for a second one
   */
  async findByDigest(
    digest: string,
    type?: string,
    manager: EntityManager = this.#database.manager,
  ): Promise<EventSchema | undefined> {
    const row = await manager.findOne(EventSchemaEntity, {
      where: { digest: digest as EventSchema['digest'], ...(type === undefined ? {} : { type }) },
    });
    return row === null ? undefined : toSchema(row);
  }

  /** Registers a schema for an event type, which belongs to the agency that came first with it. */
  async register(type: string, schema: JsonObject, caller: Caller): Promise<EventSchema> {
    compileSchema(schema);
    const registered: EventSchema = { type, digest: digestOf(schema), owner: caller.agency, schema };
    await this.#database.transaction(async (transaction) => {
      await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [type]);
      const existing = await transaction.find(EventSchemaEntity, { where: { type } });
      if (existing.some(({ owner }) => owner !== caller.agency)) {
        throw new BrokerError('foreign-agency', 'The event type belongs to another agency');
      }
      if (existing.some(({ digest }) => digest === registered.digest)) return;
      // Agreements are signed over one schema. Until compatibility is checked, another one could let values pass
      // that the signed one forbids.
      if (existing.length > 0) {
        throw new BrokerError('already-exists', 'The event type has another schema; register a new type');
      }
      await transaction.query(
        'insert into event_schema (type, digest, owner, schema) values ($1, $2, $3, $4)',
        [type, registered.digest, registered.owner, JSON.stringify(schema)],
      );
      await this.#publisher.publish(transaction, { kind: 'schema', ...registered }, [
        {
          id: entryId('schema.registered', type, registered.digest),
          type: 'schema.registered',
          occurred: new Date().toISOString(),
          eventType: type,
          digest: registered.digest,
          by: caller.agency,
        },
      ]);
    });
    this.#publisher.wake();
    return registered;
  }
}

const toSchema = ({ type, digest, owner, schema }: EventSchemaEntity): EventSchema => ({
  type,
  digest,
  owner,
  schema,
});

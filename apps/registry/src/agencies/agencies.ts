import type { DataSource, EntityManager } from 'typeorm';
import { OPERATOR_AGENCY, type Caller } from '@concordat/auth';
import { entryId } from '@concordat/exchange';
import { BrokerError } from '@concordat/problem';
import { canonicalise, type Json } from '@concordat/record';
import type { Agency } from '@concordat/register';
import type { Publisher } from '../publication/publish.js';
import { AgencyEntity } from './agency.entity.js';

/** The injection token of {@link Agencies}. */
export const AGENCIES = Symbol('Agencies');

/** The agencies that take part. */
export class Agencies {
  readonly #database: DataSource;
  readonly #publisher: Publisher;

  constructor(database: DataSource, publisher: Publisher) {
    this.#database = database;
    this.#publisher = publisher;
  }

  async list(after: string, limit: number): Promise<Agency[]> {
    const rows = await this.#database
      .createQueryBuilder(AgencyEntity, 'agency')
      .where('agency.id > :after', { after })
      .orderBy('agency.id')
      .limit(limit)
      .getMany();
    return rows.map(toAgency);
  }

  async find(id: string): Promise<Agency> {
    const row = await this.#database.manager.findOneBy(AgencyEntity, { id });
    if (row === null) throw new BrokerError('not-found', `No agency is registered as ${id}`);
    return toAgency(row);
  }

  /** Registers an agency; the same again changes nothing. */
  async register(agency: Agency, caller: Caller): Promise<Agency> {
    if (agency.id === OPERATOR_AGENCY)
      throw new BrokerError('already-exists', 'This name is the operator’s own');
    await this.#database.transaction(async (transaction) => {
      // Two agencies that want the same source at the same moment must not both get it.
      await transaction.query('lock table agency in share row exclusive mode');
      const existing = await transaction.findOneBy(AgencyEntity, { id: agency.id });
      if (existing !== null) {
        if (sameAgency(toAgency(existing), agency)) return;
        throw new BrokerError('already-exists', `An agency is registered as ${agency.id}, in other words`);
      }
      await requireFreeSources(transaction, agency);
      await transaction.insert(AgencyEntity, { ...agency, sources: [...agency.sources] });
      await this.#publisher.publish(transaction, { kind: 'agency', ...agency }, [
        {
          id: entryId('agency.registered', agency.id),
          type: 'agency.registered',
          occurred: new Date().toISOString(),
          agency: agency.id,
          by: caller.agency,
        },
      ]);
    });
    this.#publisher.wake();
    return agency;
  }
}

const toAgency = ({ id, name, sources, oversight }: AgencyEntity): Agency => ({
  id,
  name,
  sources,
  oversight,
});

const sameAgency = (a: Agency, b: Agency): boolean =>
  canonicalise(a as unknown as Json) === canonicalise(b as unknown as Json);

/** Sources may not overlap: one agency's source below another's would belong to both. */
async function requireFreeSources(transaction: EntityManager, { sources }: Agency): Promise<void> {
  for (const other of await transaction.find(AgencyEntity)) {
    for (const taken of other.sources) {
      if (sources.some((source) => within(source, taken) || within(taken, source))) {
        throw new BrokerError('already-exists', `A source overlaps with one of ${other.id}`);
      }
    }
  }
}

const within = (inner: string, outer: string): boolean =>
  inner === outer || inner.startsWith(`${outer}/`) || inner.startsWith(`${outer}:`);

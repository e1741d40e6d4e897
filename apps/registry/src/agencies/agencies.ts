import type { DataSource, EntityManager } from 'typeorm';
import { thumbprint, toPublicJwk, type KeyUse, type RegisteredKey } from '@concordat/agreement';
import { isRole, OPERATOR_AGENCY, type Caller } from '@concordat/auth';
import { entryId } from '@concordat/exchange';
import { BrokerError } from '@concordat/problem';
import { canonicalise, type Json } from '@concordat/record';
import type { Agency } from '@concordat/register';
import type { Publisher } from '../publication/publish.js';
import { AgencyKeyEntity } from './agency-key.entity.js';
import { AgencyEntity } from './agency.entity.js';

/** The injection token of {@link Agencies}. */
export const AGENCIES = Symbol('Agencies');

/** Agencies and their public keys. */
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

  async keys(agency: string): Promise<RegisteredKey[]> {
    await this.find(agency);
    const rows = await this.#database.manager.find(AgencyKeyEntity, {
      where: { agency },
      order: { validFrom: 'ASC' },
    });
    return rows.map(toKey);
  }

  /**
   * Registers a public key. An agency's legal team registers its agency's keys. The operator registers one
   * key only: the first with which that team can sign in. So nobody else can ever register a signing key.
   */
  async registerKey(
    agency: string,
    { jwk, use, role }: { readonly jwk: unknown; readonly use: KeyUse; readonly role: string },
    caller: Caller,
  ): Promise<RegisteredKey> {
    if (use === 'authentication' && (!isRole(role) || role === 'operator')) {
      throw new BrokerError('key-invalid', 'No client may have that role');
    }
    const publicJwk = toPublicJwk(jwk);
    const kid = await thumbprint(publicJwk);
    const { oversight } = await this.find(agency);
    if (role === 'oversight' && !oversight) {
      throw new BrokerError('key-invalid', 'Only an oversight body has overseers');
    }
    const registered = await this.#database.transaction(async (transaction) => {
      await transaction.query('select 1 from agency where id = $1 for update', [agency]);
      const existing = await transaction.findOneBy(AgencyKeyEntity, { kid });
      if (existing !== null) return sameUse(toKey(existing), agency, use, role);
      await requireMayRegister(transaction, agency, use, role, caller);
      const key: RegisteredKey = {
        agency,
        use,
        role,
        kid,
        jwk: publicJwk,
        validFrom: new Date().toISOString(),
      };
      await transaction.insert(AgencyKeyEntity, { ...key, validFrom: new Date(key.validFrom) });
      await this.#publisher.publish(transaction, { kind: 'key', ...key }, [
        {
          id: entryId('key.registered', kid),
          type: 'key.registered',
          occurred: key.validFrom,
          agency,
          use,
          role,
          kid,
          by: caller.agency,
        },
      ]);
      return key;
    });
    this.#publisher.wake();
    return registered;
  }
}

const toAgency = ({ id, name, sources, oversight }: AgencyEntity): Agency => ({
  id,
  name,
  sources,
  oversight,
});

const toKey = ({ agency, use, role, kid, jwk, validFrom }: AgencyKeyEntity): RegisteredKey => ({
  agency,
  use,
  role,
  kid,
  jwk,
  validFrom: validFrom.toISOString(),
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

function sameUse(key: RegisteredKey, agency: string, use: KeyUse, role: string): RegisteredKey {
  if (key.agency === agency && key.use === use && key.role === role) return key;
  throw new BrokerError('already-exists', 'This key is registered already, for another use');
}

async function requireMayRegister(
  transaction: EntityManager,
  agency: string,
  use: KeyUse,
  role: string,
  caller: Caller,
): Promise<void> {
  if (caller.role === 'legal' && caller.agency === agency) return;
  if (caller.role !== 'operator') throw new BrokerError('foreign-agency');
  const first = use === 'authentication' && role === 'legal';
  const taken = await transaction.countBy(AgencyKeyEntity, { agency, use: 'authentication', role: 'legal' });
  if (first && taken === 0) return;
  throw new BrokerError(
    'foreign-agency',
    'The operator registers only the first key of an agency’s legal team',
  );
}

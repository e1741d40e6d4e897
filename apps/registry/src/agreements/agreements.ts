import type { DataSource, EntityManager } from 'typeorm';
import {
  freezeAgreement,
  readFrozenAgreement,
  requiredSignatories,
  verifySignature,
  type DetachedSignature,
  type FrozenAgreement,
  type RegisteredKey,
  type SignatureHeader,
} from '@concordat/agreement';
import type { Caller } from '@concordat/auth';
import { entryId, type AuditEntry } from '@concordat/exchange';
import { compile } from '@concordat/policy';
import { BrokerError } from '@concordat/problem';
import type { JsonObject } from '@concordat/record';
import type { Register } from '@concordat/register';
import type { Agencies } from '../agencies/agencies.js';
import { keysOf } from '../keys/read-keys.js';
import type { Publisher } from '../publication/publish.js';
import type { Schemas } from '../schemas/schemas.js';
import { AgreementEntity } from './agreement.entity.js';
import { AgreementSignatureEntity } from './agreement-signature.entity.js';

/** The injection token of {@link Agreements}. */
export const AGREEMENTS = Symbol('Agreements');

/** One version of an agreement as readers see it. */
export interface AgreementView {
  readonly id: string;
  readonly version: number;
  readonly digest: string;
  /**
   * `signed`: everyone whom it names has signed. `enforced`: an enforcer has verified that for itself, and
   * applies the agreement within its term.
   */
  readonly state: 'proposed' | 'signed' | 'enforced';
  readonly proposedBy: string;
  readonly agreement: unknown;
  readonly signatures: readonly (DetachedSignature & { readonly party: string; readonly role: string })[];
  /** Signatories who have not signed yet, as `party/role`. */
  readonly missing: readonly string[];
}

/** What the database keeps of a version, read or just written. */
type AgreementRow = Pick<AgreementEntity, 'id' | 'version' | 'digest' | 'content' | 'proposedBy'>;

/** Agreements, from proposal to the last signature. */
export class Agreements {
  readonly #database: DataSource;
  readonly #publisher: Publisher;
  readonly #agencies: Agencies;
  readonly #schemas: Schemas;
  readonly #register: Register;

  constructor(
    database: DataSource,
    publisher: Publisher,
    agencies: Agencies,
    schemas: Schemas,
    register: Register,
  ) {
    this.#database = database;
    this.#publisher = publisher;
    this.#agencies = agencies;
    this.#schemas = schemas;
    this.#register = register;
  }

  async list(): Promise<Omit<AgreementView, 'agreement' | 'signatures'>[]> {
    const rows = await this.#database.manager.find(AgreementEntity, { order: { id: 'ASC', version: 'ASC' } });
    return Promise.all(
      rows.map(async (row) => {
        const { agreement: _, signatures: __, ...summary } = await this.#view(this.#database.manager, row);
        return summary;
      }),
    );
  }

  async find(id: string, version: number): Promise<AgreementView> {
    return this.#view(this.#database.manager, await findRow(this.#database.manager, id, version));
  }

  /** Freezes a document that a party proposes. The same bytes again change nothing. */
  async propose(document: JsonObject, caller: Caller): Promise<AgreementView> {
    const frozen = freezeAgreement(document);
    const { id, version } = frozen.agreement;
    if (!frozen.agreement.parties.some(({ agency }) => agency === caller.agency)) {
      throw new BrokerError('foreign-agency', 'Only a party may propose an agreement');
    }
    await this.#requireKnownParties(frozen);
    await this.#requireCompilable(frozen);
    const row = await this.#database.transaction<AgreementRow>(async (transaction) => {
      await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`agreement/${id}`]);
      const existing = await transaction.findOneBy(AgreementEntity, { id, version });
      if (existing !== null) return sameDocument(existing, frozen);
      await requireNextVersion(transaction, frozen);
      const proposed = {
        id,
        version,
        digest: frozen.digest,
        content: frozen.text,
        proposedBy: caller.agency,
        parties: frozen.agreement.parties.map(({ agency }) => agency),
        proposed: new Date(),
      };
      await transaction.insert(AgreementEntity, proposed);
      const entry = { type: 'agreement.proposed', by: caller.agency } as const;
      await this.#publish(transaction, frozen, [], [{ ...entryBase(entry.type, frozen), ...entry }]);
      return proposed;
    });
    this.#publisher.wake();
    return this.#view(this.#database.manager, row);
  }

  /** Adds a signature that the caller's agency made. The same signature again changes nothing. */
  async sign(
    id: string,
    version: number,
    signature: DetachedSignature,
    caller: Caller,
  ): Promise<AgreementView> {
    const row = await findRow(this.#database.manager, id, version);
    const frozen = readFrozenAgreement(row.content);
    const header = await this.#verify(frozen, signature, caller);
    await this.#database.transaction(async (transaction) => {
      // One signature at a time: whoever adds the last one must see all the others.
      await transaction.query('select 1 from agreement where id = $1 and version = $2 for update', [
        id,
        version,
      ]);
      if (await isThere(transaction, id, version, header, signature)) return;
      const { party, role, kid } = header;
      await transaction.insert(AgreementSignatureEntity, {
        id,
        version,
        party,
        role,
        kid,
        header: signature.protected,
        signature: signature.signature,
        received: new Date(),
      });
      const signatures = await signaturesOf(transaction, id, version);
      await this.#publish(transaction, frozen, signatures, signingEntries(frozen, header, signatures.length));
    });
    this.#publisher.wake();
    return this.find(id, version);
  }

  async #verify(
    frozen: FrozenAgreement,
    signature: DetachedSignature,
    caller: Caller,
  ): Promise<SignatureHeader> {
    const keys = new Map<string, RegisteredKey>(
      (await keysOf(this.#database.manager, [caller.agency])).map((key) => [key.kid, key]),
    );
    const header = await verifySignature(frozen, signature, (kid) => keys.get(kid), new Date().toISOString());
    if (header.party !== caller.agency)
      throw new BrokerError('foreign-agency', 'Sign for your own agency only');
    return header;
  }

  async #requireKnownParties({ agreement }: FrozenAgreement): Promise<void> {
    for (const { agency } of agreement.parties) await this.#agencies.find(agency);
  }

  async #requireCompilable(frozen: FrozenAgreement): Promise<void> {
    const found = await Promise.all(
      frozen.agreement.grants.map(({ schema, event }) => this.#schemas.findByDigest(schema, event)),
    );
    const findings = frozen.agreement.grants.flatMap(({ provider }, index) => {
      const owner = found[index]?.owner;
      if (owner === undefined || owner === provider) return [];
      return [{ path: `/grants/${index}/event`, message: 'belongs to another agency than the provider' }];
    });
    const compiled = compile(
      frozen,
      (digest, type) => found.find((schema) => schema?.digest === digest && schema.type === type)?.schema,
    );
    const all = [...findings, ...(compiled.findings ?? [])];
    if (all.length > 0)
      throw new BrokerError('agreement-invalid', 'The grants do not suit the event schemas', all);
  }

  async #view(manager: EntityManager, row: AgreementRow): Promise<AgreementView> {
    const { id, version, digest, content, proposedBy } = row;
    const rows = await manager.find(AgreementSignatureEntity, { where: { id, version } });
    const { agreement } = readFrozenAgreement(content);
    const signed = new Set(rows.map(({ party, role }) => `${party}/${role}`));
    const missing = requiredSignatories(agreement).filter((signatory) => !signed.has(signatory));
    return {
      id,
      version,
      digest,
      state: this.#stateOf(row, missing),
      proposedBy,
      agreement,
      signatures: rows.map(({ party, role, header, signature }) => ({
        party,
        role,
        protected: header,
        signature,
      })),
      missing,
    };
  }

  #stateOf({ id, digest }: AgreementRow, missing: readonly string[]): AgreementView['state'] {
    if (missing.length > 0) return 'proposed';
    return this.#register.enforced(id)?.digest === digest ? 'enforced' : 'signed';
  }

  #publish(
    transaction: EntityManager,
    { agreement: { id, version }, text }: FrozenAgreement,
    signatures: readonly DetachedSignature[],
    entries: readonly AuditEntry[],
  ): Promise<void> {
    return this.#publisher.publish(
      transaction,
      { kind: 'agreement', id, version, text, signatures },
      entries,
    );
  }
}

/** No agreement has a later version, and Postgres would not take every number that an address may hold. */
const LAST_VERSION = 100_000;

async function findRow(manager: EntityManager, id: string, version: number): Promise<AgreementEntity> {
  const row = version > LAST_VERSION ? null : await manager.findOneBy(AgreementEntity, { id, version });
  if (row === null)
    throw new BrokerError('not-found', `There is no version ${version} of an agreement named ${id}`);
  return row;
}

function sameDocument(row: AgreementRow, { digest }: FrozenAgreement): AgreementRow {
  if (row.digest === digest) return row;
  throw new BrokerError('already-exists', `Version ${row.version} has been proposed, in other words`);
}

async function requireNextVersion(transaction: EntityManager, { agreement }: FrozenAgreement): Promise<void> {
  const newest = (await transaction.maximum(AgreementEntity, 'version', { id: agreement.id })) ?? 0;
  if (agreement.version === newest + 1) return;
  throw new BrokerError('agreement-invalid', `The next version of this agreement is ${newest + 1}`);
}

async function isThere(
  transaction: EntityManager,
  id: string,
  version: number,
  { party, role }: SignatureHeader,
  { protected: header, signature }: DetachedSignature,
): Promise<boolean> {
  const row = await transaction.findOneBy(AgreementSignatureEntity, { id, version, party, role });
  if (row === null) return false;
  if (row.header === header && row.signature === signature) return true;
  throw new BrokerError('already-exists', 'This signatory has signed already');
}

async function signaturesOf(
  transaction: EntityManager,
  id: string,
  version: number,
): Promise<DetachedSignature[]> {
  const rows = await transaction.find(AgreementSignatureEntity, { where: { id, version } });
  return rows.map(({ header, signature }) => ({ protected: header, signature }));
}

function signingEntries(
  frozen: FrozenAgreement,
  { party, role, kid }: SignatureHeader,
  count: number,
): AuditEntry[] {
  const signed: AuditEntry = {
    ...entryBase('agreement.signed', frozen, party, role),
    type: 'agreement.signed',
    party,
    role,
    kid,
  };
  if (count < requiredSignatories(frozen.agreement).length) return [signed];
  return [signed, { ...entryBase('agreement.activated', frozen), type: 'agreement.activated' }];
}

function entryBase(type: AuditEntry['type'], { agreement, digest }: FrozenAgreement, ...more: string[]) {
  const { id, version, parties } = agreement;
  return {
    id: entryId(type, digest, ...more),
    parties: parties.map(({ agency }) => agency),
    occurred: new Date().toISOString(),
    agreement: { id, version, digest },
  };
}

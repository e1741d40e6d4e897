import type { DataSource, EntityManager } from 'typeorm';
import {
  CLOCK_TOLERANCE,
  isKeyUsable,
  kidOf,
  rootsOf,
  thumbprint,
  toPublicJwk,
  traceKeys,
  verifyEndorsement,
  type DetachedSignature,
  type EndorsedKey,
  type KeyStatement,
  type KeyUse,
} from '@concordat/agreement';
import { isRole, type Caller } from '@concordat/auth';
import { entryId } from '@concordat/exchange';
import { BrokerError } from '@concordat/problem';
import type { Agencies } from '../agencies/agencies.js';
import type { Publisher } from '../publication/publish.js';
import { AgencyKeyEntity } from './agency-key.entity.js';
import { keysOf, keyOf } from './read-keys.js';
import { KeyRevocationEntity } from './key-revocation.entity.js';

/** The injection token of {@link Keys}. */
export const KEYS = Symbol('Keys');

export interface KeyRequest {
  readonly jwk: unknown;
  readonly use: KeyUse;
  readonly role: string;
  /** RFC 3339; now when left out. */
  readonly validFrom?: string;
  /** RFC 3339; for ever when left out. */
  readonly validUntil?: string;
  /** By a signing key that the agency has already; not for its first, nor for keys to sign in with. */
  readonly endorsement?: DetachedSignature;
}

export interface RevocationRequest {
  readonly because: string;
  /** RFC 3339. */
  readonly compromisedSince?: string;
}

/** The register of public keys. It only ever adds: keys, and the word that one is not to be trusted any more. */
export class Keys {
  readonly #database: DataSource;
  readonly #publisher: Publisher;
  readonly #agencies: Agencies;
  readonly #onRevocation: () => void;

  /** @param onRevocation called when a key has been revoked, or is known to be compromised since earlier */
  constructor(
    database: DataSource,
    publisher: Publisher,
    agencies: Agencies,
    onRevocation: () => void = () => undefined,
  ) {
    this.#database = database;
    this.#publisher = publisher;
    this.#agencies = agencies;
    this.#onRevocation = onRevocation;
  }

  /** Every key that an agency ever had. */
  async list(agency: string): Promise<EndorsedKey[]> {
    await this.#agencies.find(agency);
    return keysOf(this.#database.manager, [agency]);
  }

  /**
   * Registers a public key; the same again changes nothing. An agency's legal team registers its agency's keys.
   * The operator registers one key only: the first with which that team can sign in, and a first one again when
   * the team has none left. So nobody else can ever register a signing key.
   */
  async register(agency: string, request: KeyRequest, caller: Caller): Promise<EndorsedKey> {
    const { use, role } = request;
    if (use === 'authentication' && (!isRole(role) || role === 'operator')) {
      throw new BrokerError('key-invalid', 'No client may have that role');
    }
    const now = new Date();
    const validity = validityOf(request, now);
    const jwk = toPublicJwk(request.jwk);
    const kid = await thumbprint(jwk);
    const { oversight } = await this.#agencies.find(agency);
    if (role === 'oversight' && !oversight) {
      throw new BrokerError('key-invalid', 'Only an oversight body has overseers');
    }
    const registered = await this.#database.transaction(async (transaction) => {
      await lockAgency(transaction, agency);
      const existing = await keyOf(transaction, kid);
      if (existing !== undefined) return sameKey(existing, agency, request);
      const recovery = await requireMayRegister(transaction, agency, use, role, caller, now);
      const statement = { agency, use, role, kid, jwk, ...validity };
      const endorsement = await requireEndorsement(transaction, statement, request.endorsement, now);
      const word = endorsement === undefined ? {} : { endorsement };
      const key: EndorsedKey = { ...statement, ...word };
      const { validFrom, validUntil } = key;
      await transaction.insert(AgencyKeyEntity, {
        ...key,
        endorsement: endorsement ?? null,
        validFrom: new Date(validFrom),
        validUntil: validUntil === undefined ? null : new Date(validUntil),
      });
      await this.#publisher.publish(transaction, { kind: 'key', ...key }, [
        {
          id: entryId('key.registered', kid),
          type: 'key.registered',
          occurred: now.toISOString(),
          agency,
          use,
          role,
          kid,
          ...validity,
          by: caller.agency,
          ...(endorsement === undefined ? {} : { endorsedBy: kidOf(endorsement) }),
          ...(recovery ? { recovery } : {}),
        },
      ]);
      return key;
    });
    this.#publisher.wake();
    return registered;
  }

  /**
   * Revokes a key of the caller's own agency, for good. Once revoked, only `compromisedSince` may still be
   * said, or moved to an earlier time; anything else that says no more changes nothing.
   */
  async revoke(
    agency: string,
    kid: string,
    { because, compromisedSince }: RevocationRequest,
    caller: Caller,
  ): Promise<EndorsedKey> {
    if (caller.role !== 'legal' || caller.agency !== agency) {
      throw new BrokerError('foreign-agency', 'Only the agency’s own legal team revokes its keys');
    }
    const now = new Date();
    const since = compromisedSince === undefined ? undefined : momentOf('compromisedSince', compromisedSince);
    if (since !== undefined && since > now.getTime()) {
      throw new BrokerError('invalid-parameter', 'The time compromisedSince must not be in the future');
    }
    const revoked = await this.#database.transaction(async (transaction) => {
      await lockAgency(transaction, agency);
      const key = await keyOf(transaction, kid);
      if (key?.agency !== agency)
        throw new BrokerError('not-found', `The agency ${agency} has no key of this name`);
      if (!saysMore(key, since)) return key;
      await transaction.insert(KeyRevocationEntity, {
        kid,
        because,
        compromisedSince: since === undefined ? null : new Date(since),
        revoked: now,
      });
      const after = (await keyOf(transaction, kid)) ?? key;
      const { use, role } = after;
      const said = after.compromisedSince === undefined ? {} : { compromisedSince: after.compromisedSince };
      await this.#publisher.publish(transaction, { kind: 'key', ...after }, [
        {
          id: entryId('key.revoked', kid, after.compromisedSince ?? ''),
          type: 'key.revoked',
          occurred: now.toISOString(),
          agency,
          use,
          role,
          kid,
          ...said,
          by: caller.agency,
        },
      ]);
      return after;
    });
    this.#publisher.wake();
    this.#onRevocation();
    return revoked;
  }
}

/** One change to an agency's keys at a time; signing shares the lock, so that no revoked key still signs. */
async function lockAgency(transaction: EntityManager, agency: string): Promise<void> {
  await transaction.query('select 1 from agency where id = $1 for update', [agency]);
}

function validityOf(
  { validFrom, validUntil }: KeyRequest,
  now: Date,
): Pick<EndorsedKey, 'validFrom' | 'validUntil'> {
  const from = validFrom === undefined ? now.getTime() : momentOf('validFrom', validFrom);
  if (from < now.getTime() - CLOCK_TOLERANCE) {
    throw new BrokerError(
      'key-invalid',
      'The time validFrom is in the past: a key cannot vouch for what was signed before it was known',
    );
  }
  if (validUntil === undefined) return { validFrom: new Date(from).toISOString() };
  const until = momentOf('validUntil', validUntil);
  if (until <= Math.max(from, now.getTime())) {
    throw new BrokerError(
      'key-invalid',
      'The time validUntil must be in the future, and later than validFrom',
    );
  }
  return { validFrom: new Date(from).toISOString(), validUntil: new Date(until).toISOString() };
}

/** Ms. Years that Postgres and JavaScript write in other ways are refused. */
function momentOf(name: string, time: string): number {
  const moment = Date.parse(time);
  if (moment >= Date.UTC(2000, 0) && moment < Date.UTC(9000, 0)) return moment;
  throw new BrokerError('invalid-parameter', `The time ${name} must lie between the years 2000 and 9000`);
}

/** Validity that was left out is "now" each time: it says nothing else than what was said first. */
function sameKey(
  key: EndorsedKey,
  agency: string,
  { use, role, validFrom, validUntil }: KeyRequest,
): EndorsedKey {
  if (key.agency !== agency || key.use !== use || key.role !== role) {
    throw new BrokerError('already-exists', 'This key is registered already, for another use');
  }
  if (key.revokedAt !== undefined) {
    throw new BrokerError(
      'already-revoked',
      'This key was registered and has been revoked; register a new key',
    );
  }
  const same = (asked: string | undefined, is: string | undefined): boolean =>
    asked === undefined || (is !== undefined && Date.parse(asked) === Date.parse(is));
  if (!same(validFrom, key.validFrom) || !same(validUntil, key.validUntil)) {
    throw new BrokerError(
      'already-exists',
      'This key is registered already, for another time; register a new key',
    );
  }
  return key;
}

/** Whether a revocation adds to what is known of a key. */
function saysMore(key: EndorsedKey, since: number | undefined): boolean {
  if (key.revokedAt === undefined) return true;
  const known = key.compromisedSince === undefined ? Infinity : Date.parse(key.compromisedSince);
  if (since === undefined || since === known) return false;
  if (since < known) return true;
  throw new BrokerError(
    'already-revoked',
    `It was said before that the key was compromised by ${key.compromisedSince}`,
  );
}

/**
 * An agency's first signing key stands alone; each later one is vouched for by one that can be traced to it. So
 * the word of the registry, or of whoever has taken it over, is not enough to sign in an agency's name.
 */
async function requireEndorsement(
  transaction: EntityManager,
  statement: KeyStatement,
  endorsement: DetachedSignature | undefined,
  now: Date,
): Promise<DetachedSignature | undefined> {
  if (statement.use === 'authentication') {
    if (endorsement === undefined) return undefined;
    throw new BrokerError('key-invalid', 'Only a signing key is vouched for');
  }
  const keys = (await keysOf(transaction, [statement.agency])).filter(({ use }) => use === 'signing');
  if (keys.length === 0 && endorsement === undefined) return undefined;
  if (endorsement === undefined) {
    throw new BrokerError('key-not-endorsed', `The agency ${statement.agency} has a signing key already`);
  }
  const traced = await traceKeys(keys, rootsOf(keys), now.toISOString());
  const vouching = keys.find(({ kid }) => kid === kidOf(endorsement) && traced.has(kid));
  if (vouching === undefined || !isKeyUsable(vouching, now.toISOString())) {
    throw new BrokerError('key-not-endorsed', 'The key that vouches for the new one may not be used now');
  }
  await verifyEndorsement(
    statement,
    endorsement,
    (kid) => (kid === vouching.kid ? vouching : undefined),
    now.toISOString(),
  );
  return endorsement;
}

/** @returns whether it is a recovery: the team had keys to sign in, and has none left */
async function requireMayRegister(
  transaction: EntityManager,
  agency: string,
  use: KeyUse,
  role: string,
  caller: Caller,
  now: Date,
): Promise<boolean> {
  if (caller.role === 'legal' && caller.agency === agency) return false;
  if (caller.role !== 'operator') throw new BrokerError('foreign-agency');
  const doors = (await keysOf(transaction, [agency])).filter(
    (key) => key.use === 'authentication' && key.role === 'legal',
  );
  // A key that will be valid later counts: the operator may not step in between.
  const open = doors.filter(
    ({ revokedAt, validUntil }) =>
      revokedAt === undefined && (validUntil === undefined || Date.parse(validUntil) > now.getTime()),
  );
  if (use === 'authentication' && role === 'legal' && open.length === 0) return doors.length > 0;
  throw new BrokerError(
    'foreign-agency',
    'The operator registers only the first key of an agency’s legal team',
  );
}

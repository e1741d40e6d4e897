import type { DataSource, EntityManager } from 'typeorm';
import {
  freezeAgreement,
  freezeNotice,
  isKeyUsable,
  readFrozenAgreement,
  verifyNotice,
  verifySignature,
  whyNoSuccessor,
  type DetachedSignature,
  type FrozenAgreement,
  type EndorsedKey,
  type RegisteredKey,
} from '@concordat/agreement';
import type { Caller } from '@concordat/auth';
import { entryId, type AgreementEvent } from '@concordat/exchange';
import { BrokerError } from '@concordat/problem';
import type { JsonObject } from '@concordat/record';
import type { RegisterRecord } from '@concordat/register';
import type { Agencies } from '../agencies/agencies.js';
import { keysOf } from '../keys/read-keys.js';
import type { Publisher } from '../publication/publish.js';
import { AgreementNoticeEntity } from './agreement-notice.entity.js';
import { AgreementSignatureEntity } from './agreement-signature.entity.js';
import { AgreementEntity } from './agreement.entity.js';
import type { AgreementClock } from './clock.js';
import type { Drafts } from './drafts.js';
import { believed, toSignature } from './history.js';
import { lockAgreement, writeDownNews } from './life.js';
import { requireSensible, requireTimely } from './notice-rules.js';
import { OneAtATime } from './one-at-a-time.js';
import type { Judged, Standings } from './standings.js';

/** The injection token of {@link Agreements}. */
export const AGREEMENTS = Symbol('Agreements');

/** A signed notice as it comes in. */
export interface SignedNotice {
  readonly notice: JsonObject;
  readonly signature: DetachedSignature;
}

/** What a change is told as: its record in the register, and its entries. */
interface Change {
  readonly record: RegisterRecord;
  readonly entries: readonly AgreementEvent[];
}

/**
 * All that changes an agreement: somebody proposes a version, signs one, or gives notice. Each is one
 * transaction, one at a time for each agreement, and tells the register, the ledger, and what came of it together
 * or not at all. The same again changes nothing.
 */
export class Agreements {
  readonly #database: DataSource;
  readonly #publisher: Publisher;
  readonly #agencies: Agencies;
  readonly #drafts: Drafts;
  readonly #standings: Standings;
  readonly #clock: AgreementClock;
  readonly #queue = new OneAtATime();

  constructor(
    database: DataSource,
    publisher: Publisher,
    agencies: Agencies,
    drafts: Drafts,
    standings: Standings,
    clock: AgreementClock,
  ) {
    this.#database = database;
    this.#publisher = publisher;
    this.#agencies = agencies;
    this.#drafts = drafts;
    this.#standings = standings;
    this.#clock = clock;
  }

  /** Freezes a document that a party proposes: from now on its bytes are fixed. */
  async propose(document: JsonObject, caller: Caller): Promise<FrozenAgreement> {
    const frozen = freezeAgreement(document);
    const { id, version, parties } = frozen.agreement;
    const agencies = parties.map(({ agency }) => agency);
    if (!agencies.includes(caller.agency)) {
      throw new BrokerError('foreign-agency', 'Only a party may propose an agreement');
    }
    for (const agency of agencies) await this.#agencies.find(agency);
    await this.#drafts.requireSound(frozen);
    await this.#change(id, async (transaction, now) => {
      const existing = await transaction.findOneBy(AgreementEntity, { id, version });
      if (existing?.digest === frozen.digest) return undefined;
      const judged = await this.#standings.judge(transaction, id, now);
      requireNextVersion(frozen, judged);
      if (judged !== undefined) {
        requireMayContinue(judged, caller);
        requireSuccessor(frozen, judged);
      }
      await transaction.insert(AgreementEntity, {
        id,
        version,
        digest: frozen.digest,
        content: frozen.text,
        parties: agencies,
        proposedBy: caller.agency,
        proposed: now,
      });
      return {
        record: { kind: 'agreement', id, version, text: frozen.text, signatures: [] },
        entries: [
          { ...entryBase('agreement.proposed', frozen, now), type: 'agreement.proposed', by: caller.agency },
        ],
      };
    });
    return frozen;
  }

  /** Adds a signature that the caller's agency made. */
  async sign(id: string, version: number, signature: DetachedSignature, caller: Caller): Promise<void> {
    await this.#change(id, async (transaction, now) => {
      const frozen = await requireVersion(transaction, id, version);
      const keys = await lockKeys(transaction, caller.agency);
      const { find } = await believed(keys, now);
      const header = await verifySignature(frozen, signature, find, now.toISOString());
      requireOwn(header.party, caller);
      const before = await transaction.find(AgreementSignatureEntity, {
        where: { id, version },
        order: { number: 'ASC' },
      });
      if (before.some((one) => one.header === signature.protected && one.signature === signature.signature)) {
        return undefined;
      }
      requireUsable(keys, header.kid, now);
      requireUnsigned(await this.#judge(transaction, id, now), frozen, header);
      const { party, role, kid } = header;
      await transaction.insert(AgreementSignatureEntity, {
        id,
        version,
        party,
        role,
        kid,
        header: signature.protected,
        signature: signature.signature,
        received: now,
      });
      return {
        record: {
          kind: 'agreement',
          id,
          version,
          text: frozen.text,
          signatures: [...before.map(toSignature), signature],
        },
        entries: [
          {
            ...entryBase('agreement.signed', frozen, now, signature.protected, signature.signature),
            type: 'agreement.signed',
            party,
            role,
            kid,
          },
        ],
      };
    });
  }

  /** Takes a notice that a signatory of the caller's agency signed. */
  async notify(
    id: string,
    version: number,
    { notice: document, signature }: SignedNotice,
    caller: Caller,
  ): Promise<void> {
    const notice = freezeNotice(document);
    const { agreement, kind } = notice.notice;
    if (agreement.id !== id || agreement.version !== version) {
      throw new BrokerError(
        'notice-invalid',
        'The notice is about another agreement or version than the address',
      );
    }
    await this.#change(id, async (transaction, now) => {
      const frozen = await requireVersion(transaction, id, version);
      const keys = await lockKeys(transaction, caller.agency);
      requireOwn(notice.notice.party, caller);
      const { digest, text } = notice;
      if (await transaction.existsBy(AgreementNoticeEntity, { digest })) return undefined;
      requireTimely(notice.notice, now);
      const { find } = await believed(keys, now);
      const header = await verifyNotice(notice, signature, frozen, find, now.toISOString());
      requireUsable(keys, header.kid, now);
      requireSensible(notice.notice, await this.#judge(transaction, id, now));
      const { party, role, kid } = header;
      await transaction.insert(AgreementNoticeEntity, {
        digest,
        id,
        version,
        kind,
        party,
        role,
        kid,
        content: text,
        header: signature.protected,
        signature: signature.signature,
        received: now,
      });
      return {
        record: { kind: 'notice', id, digest, text, signature },
        entries: [
          {
            ...entryBase('agreement.notice-given', frozen, now, digest),
            type: 'agreement.notice-given',
            kind,
            notice: digest,
            party,
            role,
            kid,
          },
        ],
      };
    });
  }

  async #change(
    id: string,
    work: (transaction: EntityManager, now: Date) => Promise<Change | undefined>,
  ): Promise<void> {
    await this.#queue.run(id, () => this.#inTransaction(id, work));
    this.#publisher.wake();
    this.#clock.forget(id);
  }

  async #inTransaction(
    id: string,
    work: (transaction: EntityManager, now: Date) => Promise<Change | undefined>,
  ): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await lockAgreement(transaction, id);
      // Read once the lock is held, so that times do not go back from one change to the next.
      const now = new Date();
      const change = await work(transaction, now);
      if (change === undefined) return;
      const news = await writeDownNews(transaction, this.#standings, id, now);
      await this.#publisher.publish(transaction, change.record, [
        ...change.entries,
        ...(news?.entries ?? []),
      ]);
    });
  }

  async #judge(transaction: EntityManager, id: string, now: Date): Promise<Judged> {
    const judged = await this.#standings.judge(transaction, id, now);
    if (judged === undefined) throw new BrokerError('not-found', `There is no agreement named ${id}`);
    return judged;
  }
}

/** No agreement has a later version, and Postgres would not take every number that an address may hold. */
export const LAST_VERSION = 100_000;

async function requireVersion(
  transaction: EntityManager,
  id: string,
  version: number,
): Promise<FrozenAgreement> {
  const row = version > LAST_VERSION ? null : await transaction.findOneBy(AgreementEntity, { id, version });
  if (row === null) {
    throw new BrokerError('not-found', `There is no version ${version} of an agreement named ${id}`);
  }
  return readFrozenAgreement(row.content);
}

/** An agency's keys, which nobody changes before the transaction has ended: no revoked key still signs. */
async function lockKeys(transaction: EntityManager, agency: string): Promise<EndorsedKey[]> {
  await transaction.query('select 1 from agency where id = $1 for share', [agency]);
  return keysOf(transaction, [agency]);
}

function requireOwn(party: string, caller: Caller): void {
  if (party !== caller.agency) throw new BrokerError('foreign-agency', 'Sign for your own agency only');
}

/** Whatever time a signature claims, nothing new is taken by a key that is not valid at this moment. */
function requireUsable(keys: readonly RegisteredKey[], kid: string, now: Date): void {
  const key = keys.find((one) => one.kid === kid);
  if (key === undefined || !isKeyUsable(key, now.toISOString())) {
    throw new BrokerError('key-unusable', 'The key is revoked, has run out, or is not yet valid');
  }
}

function requireNextVersion({ agreement }: FrozenAgreement, judged: Judged | undefined): void {
  const newest = judged?.history.versions.at(-1);
  if (agreement.version === (newest?.version ?? 0) + 1) return;
  throw new BrokerError(
    'version-conflict',
    newest === undefined
      ? 'Nobody has proposed this agreement yet; its first version is 1'
      : `The newest version is ${newest.version}, which ${newest.proposedBy} proposed at ${newest.proposed.toISOString()}; ` +
          `the next one is ${newest.version + 1}`,
  );
}

/** A next version is for the parties of the agreement as it stands: nobody else takes its name or its numbers. */
function requireMayContinue({ history, standing }: Judged, caller: Caller): void {
  if (standing.state === 'terminated') {
    throw new BrokerError(
      'agreement-ended',
      'The agreement has been terminated; propose one under another name',
    );
  }
  const { cited } = standing;
  const current = history.versions.find(({ digest }) => digest === cited?.digest) ?? history.versions.at(-1);
  if (current?.parties.includes(caller.agency) !== true) {
    throw new BrokerError('foreign-agency', 'Only a party of the agreement proposes its next version');
  }
}

/** Nobody is to sign what cannot come into force: all who had to sign the version in force sign the next as well. */
function requireSuccessor({ agreement }: FrozenAgreement, { standing, verified }: Judged): void {
  const inForce = verified.versions.find(({ frozen }) => frozen.digest === standing.cited?.digest);
  const findings = inForce === undefined ? [] : whyNoSuccessor(inForce.frozen.agreement, agreement);
  if (findings.length === 0) return;
  throw new BrokerError(
    'agreement-invalid',
    `This version cannot take the place of version ${standing.cited?.version}, which is in force`,
    findings,
  );
}

/** A signatory signs once; again only if its signature has become void, or its agency left and joins again. */
function requireUnsigned(
  { standing, verified }: Judged,
  { digest }: FrozenAgreement,
  { party, role }: { readonly party: string; readonly role: string },
): void {
  const version = standing.versions.find((one) => one.digest === digest);
  if (version?.state === 'rejected') {
    throw new BrokerError('agreement-ended', 'This version has been rejected and will not come into force');
  }
  // It has been left behind: a signature that it still lacked must not bring it back.
  if (version?.state === 'superseded') {
    throw new BrokerError(
      'agreement-ended',
      'A newer version has taken the place of this one; sign that one',
    );
  }
  if (standing.state === 'terminated') {
    throw new BrokerError('agreement-ended', 'The agreement has been terminated');
  }
  const left = standing.parties.some(({ agency, state }) => agency === party && state === 'ended');
  const signed = verified.versions
    .find(({ frozen }) => frozen.digest === digest)
    ?.signatures.some((one) => one.party === party && one.role === role);
  if (signed === true && !left) throw new BrokerError('already-exists', 'This signatory has signed already');
}

function entryBase(
  type: AgreementEvent['type'],
  { agreement, digest }: FrozenAgreement,
  now: Date,
  ...more: string[]
) {
  const { id, version, parties } = agreement;
  return {
    id: entryId(type, digest, ...more),
    parties: parties.map(({ agency }) => agency),
    occurred: now.toISOString(),
    agreement: { id, version, digest },
  };
}

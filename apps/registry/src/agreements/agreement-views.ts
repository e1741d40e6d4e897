import type { DataSource } from 'typeorm';
import {
  readFrozenAgreement,
  renderAgreement,
  type Agreement,
  type Difference,
  type FrozenAgreement,
  type Notice,
  type EndorsedKey,
  type Rendering,
  type Standing,
  type VersionState,
} from '@concordat/agreement';
import { BrokerError } from '@concordat/problem';
import type { Digest } from '@concordat/record';
import type { Register } from '@concordat/register';
import { AgreementEntity } from './agreement.entity.js';
import { LAST_VERSION } from './agreements.js';
import { toSignature, type History } from './history.js';
import type { Judged, Standings } from './standings.js';

/** The injection token of {@link AgreementViews}. */
export const AGREEMENT_VIEWS = Symbol('AgreementViews');

/** One version of an agreement in a list. */
export interface AgreementSummary {
  readonly id: string;
  readonly version: number;
  readonly digest: Digest;
  readonly title: string;
  readonly state: VersionState;
  readonly parties: readonly string[];
  readonly proposedBy: string;
  /** RFC 3339. */
  readonly proposed: string;
  /** Signatories without whom it is not in force and who have not signed, as `party/role`. */
  readonly missing: readonly string[];
  /** An enforcer has verified for itself that this version is in force, and applies it. */
  readonly enforced: boolean;
}

export interface SignatureView {
  readonly party: string;
  readonly role: string;
  readonly kid: string;
  /** RFC 3339, by the registry's clock. */
  readonly received: string;
  readonly protected: string;
  readonly signature: string;
}

export interface NoticeView {
  readonly digest: Digest;
  readonly kind: Notice['kind'];
  /** Of the agreement that it names. */
  readonly version: number;
  readonly party: string;
  readonly role: string;
  readonly kid: string;
  readonly received: string;
  readonly notice: Notice;
  /** Canonical text (RFC 8785), as it was signed. */
  readonly text: string;
  readonly protected: string;
  readonly signature: string;
}

/** One version of an agreement as readers see it. */
export interface AgreementView extends AgreementSummary {
  readonly agreement: Agreement;
  readonly rendering: { readonly version: string; readonly digest: Digest };
  readonly signatures: readonly SignatureView[];
  /** Signatures that do not hold (any more), and why. */
  readonly refused: readonly { readonly signatory?: string; readonly why: string }[];
  /** The agencies all of whose signatories have signed this version. */
  readonly signedBy: readonly string[];
  /** About the agreement, whichever version they name; in the order of arrival. */
  readonly notices: readonly NoticeView[];
  /** How the agreement stands as a whole. */
  readonly standing: Standing;
}

/** All that somebody needs to verify an agreement without the broker. */
export interface Bundle {
  readonly bundle: '1.0';
  readonly id: string;
  /** RFC 3339: when this was put together. */
  readonly at: string;
  /** Every version, since which one is in force depends on all of them. */
  readonly versions: readonly {
    readonly version: number;
    /** Canonical text (RFC 8785). */
    readonly text: string;
    readonly signatures: readonly { readonly protected: string; readonly signature: string }[];
  }[];
  readonly notices: readonly {
    readonly text: string;
    readonly signature: { readonly protected: string; readonly signature: string };
  }[];
  /** Every signing key of the parties, with its validity and what vouches for it, so that each can be traced. */
  readonly keys: readonly EndorsedKey[];
}

export interface ListQuery {
  readonly after: { readonly id: string; readonly version: number };
  readonly limit: number;
  readonly party?: string;
  readonly state?: VersionState;
}

/** Rows that one request for a list looks at, at most. */
const MOST_LOOKED_AT = 2000;

/** Agreements as they are read. Nothing here changes anything. */
export class AgreementViews {
  readonly #database: DataSource;
  readonly #standings: Standings;
  readonly #register: Register;

  constructor(database: DataSource, standings: Standings, register: Register) {
    this.#database = database;
    this.#standings = standings;
    this.#register = register;
  }

  /** @returns a page; `next` is where the following one begins, as long as there is `more` */
  async list({ after, limit, party, state }: ListQuery): Promise<{
    agreements: AgreementSummary[];
    next: string;
    more: boolean;
  }> {
    const query = this.#database
      .createQueryBuilder(AgreementEntity, 'agreement')
      .where('(agreement.id, agreement.version) > (:id, :version)', after)
      .orderBy('agreement.id')
      .addOrderBy('agreement.version')
      .limit(state === undefined ? limit + 1 : MOST_LOOKED_AT + 1);
    if (party !== undefined) query.andWhere('agreement.parties @> array[:party]::text[]', { party });
    const rows = await query.getMany();
    const now = new Date();
    const found: AgreementSummary[] = [];
    let last = cursorOf(after);
    let judged: Judged | undefined;
    for (const [index, row] of rows.entries()) {
      const enough = found.length === limit || index === MOST_LOOKED_AT;
      if (enough) return { agreements: found, next: last, more: true };
      if (judged?.history.id !== row.id) {
        judged = await this.#standings.judge(this.#database.manager, row.id, now);
      }
      last = cursorOf(row);
      // Between two statements a version may have come; it is in the next list.
      const summary = judged && this.#summary(judged, row);
      if (summary !== undefined && (state === undefined || summary.state === state)) found.push(summary);
    }
    return { agreements: found, next: last, more: false };
  }

  /** How an agreement stands as a whole, and its versions. */
  async overview(id: string): Promise<{ standing: Standing; versions: AgreementSummary[] }> {
    const judged = await this.#judge(id);
    const versions = judged.history.versions.flatMap((row) => this.#summary(judged, row) ?? []);
    return { standing: judged.standing, versions };
  }

  async find(id: string, version: number): Promise<AgreementView> {
    const judged = await this.#judge(id);
    const { history, verified, standing } = judged;
    const row = versionIn(history, version);
    const summary = this.#summary(judged, row);
    const verifiedVersion = verified.versions.find(({ frozen }) => frozen.digest === row.digest);
    if (summary === undefined || verifiedVersion === undefined) throw notFound(id, version);
    const { agreement } = verifiedVersion.frozen;
    const { rendering, digest } = renderAgreement(agreement);
    const signed = new Set(verifiedVersion.signatures.map(({ party, role }) => `${party}/${role}`));
    return {
      ...summary,
      agreement,
      rendering: { version: rendering, digest },
      signatures: history.signatures
        .filter((one) => one.version === version)
        .map((one) => ({
          party: one.party,
          role: one.role,
          kid: one.kid,
          received: one.received.toISOString(),
          ...toSignature(one),
        })),
      refused: verified.refused
        .filter((one) => one.of === 'signature' && one.version === version)
        .map(({ signatory, why }) => (signatory === undefined ? { why } : { signatory, why })),
      signedBy: agreement.parties
        .filter(({ agency, signatories }) => signatories.every(({ role }) => signed.has(`${agency}/${role}`)))
        .map(({ agency }) => agency),
      notices: noticesOf(history),
      standing,
    };
  }

  async notices(id: string, version: number): Promise<NoticeView[]> {
    const { history } = await this.#judge(id);
    versionIn(history, version);
    return noticesOf(history);
  }

  /** The exact bytes that are signed. */
  async document(id: string, version: number): Promise<{ readonly text: string; readonly digest: Digest }> {
    const { content, digest } = await this.#row(id, version);
    return { text: content, digest };
  }

  async rendering(id: string, version: number): Promise<Rendering> {
    return renderAgreement(readFrozenAgreement((await this.#row(id, version)).content).agreement);
  }

  async difference(id: string, from: number, to: number): Promise<Difference> {
    const [before, after] = await Promise.all(
      [from, to].map(
        async (version) => readFrozenAgreement((await this.#row(id, version)).content).agreement,
      ),
    );
    if (before === undefined || after === undefined) throw notFound(id, to);
    return (await this.#standings.comparison(this.#database.manager, [before, after]))(before, after);
  }

  /** What exports are made of. How the agreement stands says nothing about a version that is not in force. */
  async forExport(
    id: string,
    version: number,
  ): Promise<{ readonly frozen: FrozenAgreement; readonly standing?: Standing }> {
    const { history, standing } = await this.#judge(id);
    const { content, digest } = versionIn(history, version);
    const frozen = readFrozenAgreement(content);
    const isMeant = standing.cited === undefined || standing.cited.digest === digest;
    return isMeant ? { frozen, standing } : { frozen };
  }

  async bundle(id: string): Promise<Bundle> {
    const { history } = await this.#judge(id);
    return {
      bundle: '1.0',
      id,
      at: new Date().toISOString(),
      versions: history.versions.map((row) => ({
        version: row.version,
        text: row.content,
        signatures: history.signatures.filter((one) => one.version === row.version).map(toSignature),
      })),
      notices: history.notices.map((row) => ({ text: row.content, signature: toSignature(row) })),
      keys: history.keys.filter(({ use }) => use === 'signing'),
    };
  }

  #summary({ standing, verified }: Judged, row: AgreementEntity): AgreementSummary | undefined {
    const { id, version, digest, parties, proposedBy, proposed } = row;
    const standingOfVersion = standing.versions.find((one) => one.digest === digest);
    const title = verified.versions.find(({ frozen }) => frozen.digest === digest)?.frozen.agreement.title;
    if (standingOfVersion === undefined || title === undefined) return undefined;
    return {
      id,
      version,
      digest,
      title,
      state: standingOfVersion.state,
      parties,
      proposedBy,
      proposed: proposed.toISOString(),
      missing: standingOfVersion.missing,
      enforced: this.#register.enforced(id)?.digest === digest,
    };
  }

  async #judge(id: string): Promise<Judged> {
    const judged = await this.#standings.judge(this.#database.manager, id, new Date());
    if (judged === undefined) throw new BrokerError('not-found', `There is no agreement named ${id}`);
    return judged;
  }

  async #row(id: string, version: number): Promise<AgreementEntity> {
    const row =
      version > LAST_VERSION
        ? null
        : await this.#database.manager.findOneBy(AgreementEntity, { id, version });
    if (row === null) throw notFound(id, version);
    return row;
  }
}

const cursorOf = ({ id, version }: { readonly id: string; readonly version: number }): string =>
  id === '' ? '' : `${id}/${version}`;

function versionIn({ id, versions }: History, version: number): AgreementEntity {
  const row = versions.find((one) => one.version === version);
  if (row === undefined) throw notFound(id, version);
  return row;
}

const notFound = (id: string, version: number): BrokerError =>
  new BrokerError('not-found', `There is no version ${version} of an agreement named ${id}`);

const noticesOf = ({ notices }: History): NoticeView[] =>
  notices.map(({ digest, kind, version, party, role, kid, received, content, ...row }) => ({
    digest,
    kind,
    version,
    party,
    role,
    kid,
    received: received.toISOString(),
    notice: JSON.parse(content) as Notice,
    text: content,
    ...toSignature(row),
  }));

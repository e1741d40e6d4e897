import type { DataSource } from 'typeorm';
import {
  freezeAgreement,
  lintAgreement,
  readFrozenAgreement,
  renderAgreement,
  type Difference,
  type FrozenAgreement,
  type LintFinding,
} from '@concordat/agreement';
import { compile } from '@concordat/policy';
import { BrokerError, type Finding } from '@concordat/problem';
import type { Digest, JsonObject } from '@concordat/record';
import type { Schemas } from '../schemas/schemas.js';
import type { Templates } from '../templates/templates.js';
import { AgreementEntity } from './agreement.entity.js';
import type { Standings } from './standings.js';

/** The injection token of {@link Drafts}. */
export const DRAFTS = Symbol('Drafts');

/** What is said of a draft. Nothing of it is kept. */
export interface DraftReport {
  readonly digest: Digest;
  readonly rendering: { readonly version: string; readonly digest: Digest };
  /** Plain English. */
  readonly text: string;
  /** What would be refused at proposing; nothing when the draft may be proposed. */
  readonly refused: readonly Finding[];
  /** What its lawyers should mend, or be able to defend. */
  readonly findings: readonly LintFinding[];
  /** The newest version that is kept, and how the draft differs from it. */
  readonly newest?: { readonly version: number; readonly digest: Digest; readonly proposedBy: string };
  readonly difference?: Difference;
}

/** Reads drafts as proposing does, for those who write them. */
export class Drafts {
  readonly #database: DataSource;
  readonly #schemas: Schemas;
  readonly #templates: Templates;
  readonly #standings: Standings;

  constructor(database: DataSource, schemas: Schemas, templates: Templates, standings: Standings) {
    this.#database = database;
    this.#schemas = schemas;
    this.#templates = templates;
    this.#standings = standings;
  }

  /**
   * @returns what is not refused, but worth mending or defending
   * @throws BrokerError `agreement-invalid` when there is something for which proposing it would be refused
   */
  async requireSound(frozen: FrozenAgreement): Promise<readonly LintFinding[]> {
    const { refused, findings } = await this.#judge(frozen);
    if (refused.length === 0) return findings;
    throw new BrokerError('agreement-invalid', 'The agreement cannot be carried out as it stands', refused);
  }

  /** What is worth mending or defending in an agreement that was proposed. */
  async findingsIn(frozen: FrozenAgreement): Promise<readonly LintFinding[]> {
    return (await this.#judge(frozen)).findings;
  }

  /** @throws BrokerError `agreement-invalid` when it is no agreement at all */
  async report(document: JsonObject): Promise<DraftReport> {
    const frozen = freezeAgreement(document);
    const { agreement, digest } = frozen;
    const { rendering, digest: textDigest, text } = renderAgreement(agreement);
    const report = {
      digest,
      rendering: { version: rendering, digest: textDigest },
      text,
      ...(await this.#judge(frozen)),
    };
    const newest = await this.#database.manager.findOne(AgreementEntity, {
      where: { id: agreement.id },
      order: { version: 'DESC' },
    });
    if (newest === null) return report;
    const before = readFrozenAgreement(newest.content).agreement;
    const compare = await this.#standings.comparison(this.#database.manager, [before, agreement]);
    return {
      ...report,
      newest: { version: newest.version, digest: newest.digest, proposedBy: newest.proposedBy },
      difference: compare(before, agreement),
    };
  }

  async #judge(frozen: FrozenAgreement): Promise<Pick<DraftReport, 'refused' | 'findings'>> {
    const { agreement } = frozen;
    const schemas = await Promise.all(
      agreement.grants.map(({ schema, event }) => this.#schemas.findByDigest(schema, event)),
    );
    const findSchema = (digest: string, type: string): JsonObject | undefined =>
      schemas.find((schema) => schema?.digest === digest && schema.type === type)?.schema;
    const foreign = agreement.grants.flatMap(({ provider }, index) => {
      const owner = schemas[index]?.owner;
      if (owner === undefined || owner === provider) return [];
      return [{ path: `/grants/${index}/event`, message: 'belongs to another agency than the provider' }];
    });
    const linted = lintAgreement(agreement, findSchema);
    const errors = linted
      .filter(({ severity }) => severity === 'error')
      .map(({ path, message, advice }) => ({ path, message: `${message} ${advice}` }));
    const said = new Set(errors.map(({ path }) => path));
    const compiled = (compile(frozen, findSchema).findings ?? []).filter(({ path }) => !said.has(path));
    return {
      refused: [...errors, ...foreign, ...compiled, ...(await this.#templates.findingsIn(agreement))],
      findings: linted.filter(({ severity }) => severity !== 'error'),
    };
  }
}

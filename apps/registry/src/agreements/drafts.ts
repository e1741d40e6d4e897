import type { DataSource } from 'typeorm';
import {
  freezeAgreement,
  readFrozenAgreement,
  renderAgreement,
  type Difference,
  type FrozenAgreement,
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

  /** @throws BrokerError `agreement-invalid` when there is something for which proposing it would be refused */
  async requireSound(frozen: FrozenAgreement): Promise<void> {
    const findings = await this.#errorsIn(frozen);
    if (findings.length > 0) {
      throw new BrokerError(
        'agreement-invalid',
        'The agreement cannot be carried out as it stands',
        findings,
      );
    }
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
      refused: await this.#errorsIn(frozen),
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

  async #errorsIn(frozen: FrozenAgreement): Promise<Finding[]> {
    return [...(await this.#notCompiling(frozen)), ...(await this.#templates.findingsIn(frozen.agreement))];
  }

  async #notCompiling(frozen: FrozenAgreement): Promise<Finding[]> {
    const { grants } = frozen.agreement;
    const found = await Promise.all(
      grants.map(({ schema, event }) => this.#schemas.findByDigest(schema, event)),
    );
    const foreign = grants.flatMap(({ provider }, index) => {
      const owner = found[index]?.owner;
      if (owner === undefined || owner === provider) return [];
      return [{ path: `/grants/${index}/event`, message: 'belongs to another agency than the provider' }];
    });
    const compiled = compile(
      frozen,
      (digest, type) => found.find((schema) => schema?.digest === digest && schema.type === type)?.schema,
    );
    return [...foreign, ...(compiled.findings ?? [])];
  }
}

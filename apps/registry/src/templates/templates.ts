import type { DataSource, EntityManager } from 'typeorm';
import {
  freezeTemplate,
  isMadeFrom,
  readFrozenTemplate,
  type Agreement,
  type FrozenTemplate,
  type Template,
} from '@concordat/agreement';
import type { Caller } from '@concordat/auth';
import { entryId } from '@concordat/exchange';
import { BrokerError, type Finding } from '@concordat/problem';
import type { Digest, JsonObject } from '@concordat/record';
import type { Publisher } from '../publication/publish.js';
import { AgreementTemplateEntity } from './agreement-template.entity.js';

/** The injection token of {@link Templates}. */
export const TEMPLATES = Symbol('Templates');

/** One version of a template as readers see it. */
export interface TemplateView {
  readonly id: string;
  readonly version: number;
  readonly digest: Digest;
  readonly title: string;
  readonly summary: string;
  readonly publishedBy: string;
  readonly template: Template;
}

type TemplateRow = Readonly<AgreementTemplateEntity>;

/** Templates of agreements: one text, many councils. Kept for ever, since agreements name them by digest. */
export class Templates {
  readonly #database: DataSource;
  readonly #publisher: Publisher;

  constructor(database: DataSource, publisher: Publisher) {
    this.#database = database;
    this.#publisher = publisher;
  }

  /** @param after the last one of the page before, as `id/version` */
  async list(
    after: { readonly id: string; readonly version: number },
    limit: number,
  ): Promise<TemplateView[]> {
    const rows = await this.#database
      .createQueryBuilder(AgreementTemplateEntity, 'template')
      .where('(template.id, template.version) > (:id, :version)', after)
      .orderBy('template.id')
      .addOrderBy('template.version')
      .limit(limit)
      .getMany();
    return rows.map(viewOf);
  }

  async find(id: string, version: number): Promise<TemplateView> {
    return viewOf(await this.#row(id, version));
  }

  /** The template's canonical text. */
  async document(id: string, version: number): Promise<{ readonly text: string; readonly digest: Digest }> {
    const { content, digest } = await this.#row(id, version);
    return { text: content, digest };
  }

  /** Publishes a version of a template, which belongs to the agency that came first with it. */
  async publish(document: JsonObject, caller: Caller): Promise<TemplateView> {
    const frozen = freezeTemplate(document);
    const { id, version } = frozen.template;
    const published = await this.#database.transaction<TemplateRow>(async (transaction) => {
      await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`template/${id}`]);
      const newest = await transaction.findOne(AgreementTemplateEntity, {
        where: { id },
        order: { version: 'DESC' },
      });
      if (newest !== null && newest.publishedBy !== caller.agency) {
        throw new BrokerError(
          'foreign-agency',
          'The template belongs to another agency; publish yours under another name',
        );
      }
      const existing = await transaction.findOneBy(AgreementTemplateEntity, { id, version });
      if (existing?.digest === frozen.digest) return existing;
      requireNext(frozen, newest);
      return this.#keep(transaction, frozen, caller);
    });
    this.#publisher.wake();
    return viewOf(published);
  }

  /** What is wrong with what an agreement says of the template that it was made from. */
  async findingsIn(agreement: Agreement): Promise<Finding[]> {
    const { template } = agreement;
    if (template === undefined) return [];
    const row = await this.#find(template.id, template.version);
    if (row?.digest !== template.digest) {
      return [{ path: '/template', message: 'is not a template that is published here' }];
    }
    const result = isMadeFrom(agreement, readFrozenTemplate(row.content));
    if (result.made) return [];
    return [{ path: result.at, message: 'differs from the template, and is not one of its blanks' }];
  }

  async #keep(
    transaction: EntityManager,
    { template: { id, version }, text, digest }: FrozenTemplate,
    caller: Caller,
  ): Promise<TemplateRow> {
    const row = { id, version, digest, content: text, publishedBy: caller.agency };
    await transaction.insert(AgreementTemplateEntity, row);
    await this.#publisher.tell(transaction, [
      {
        id: entryId('template.published', digest),
        type: 'template.published',
        occurred: new Date().toISOString(),
        template: { id, version, digest },
        by: caller.agency,
      },
    ]);
    return row;
  }

  async #row(id: string, version: number): Promise<AgreementTemplateEntity> {
    const row = await this.#find(id, version);
    if (row === null) {
      throw new BrokerError('not-found', `There is no version ${version} of a template named ${id}`);
    }
    return row;
  }

  #find(id: string, version: number): Promise<AgreementTemplateEntity | null> {
    return version > LAST_VERSION
      ? Promise.resolve(null)
      : this.#database.manager.findOneBy(AgreementTemplateEntity, { id, version });
  }
}

/** No template has a later version, and Postgres would not take every number that an address may hold. */
const LAST_VERSION = 100_000;

function requireNext({ template }: FrozenTemplate, newest: AgreementTemplateEntity | null): void {
  const next = (newest?.version ?? 0) + 1;
  if (template.version === next) return;
  throw new BrokerError('version-conflict', `The next version of this template is ${next}`);
}

function viewOf({ digest, content, publishedBy }: AgreementTemplateEntity): TemplateView {
  const { template } = readFrozenTemplate(content);
  const { id, version, title, summary } = template;
  return { id, version, digest, title, summary, publishedBy, template };
}

import { Controller, Get, Headers, Inject, Param, Query, Res, UseGuards } from '@nestjs/common';
import { IsIn, IsOptional } from 'class-validator';
import {
  toArticle30Csv,
  toArticle30Rows,
  toDcat,
  toOdrl,
  toRegisterCsv,
  toRegisterEntry,
  type FrozenAgreement,
} from '@concordat/agreement';
import { AnyCaller, ScopeGuard } from '@concordat/auth';
import { BrokerError } from '@concordat/problem';
import type { JsonObject } from '@concordat/record';
import { preferred } from '../parameters/accept.js';
import { answer, type Reply } from '../parameters/answer.js';
import { versionNumber } from '../parameters/versions.js';
import { AGREEMENT_VIEWS, AgreementViews } from './agreement-views.js';

const CSV = 'text/csv';

class ExportQuery {
  /** Which of the two tables of Article 30, where it is asked for as CSV. */
  @IsOptional()
  @IsIn(['controllers', 'processors'])
  table: 'controllers' | 'processors' = 'controllers';
}

/** Agreements in the forms of others: for catalogues, public registers, records of processing, and policy tools. */
@Controller('v1/agreements/:id/versions/:version/exports')
@UseGuards(ScopeGuard)
export class ExportsController {
  readonly #views: AgreementViews;

  constructor(@Inject(AGREEMENT_VIEWS) views: AgreementViews) {
    this.#views = views;
  }

  @Get(':format')
  @AnyCaller()
  async find(
    @Param('id') id: string,
    @Param('version', versionNumber) version: number,
    @Param('format') format: string,
    @Query() { table }: ExportQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const { frozen, standing } = await this.#views.forExport(id, version);
    void reply.header('vary', 'Accept');
    const wantsCsv = preferred(accept, ['application/json', CSV]) === CSV;
    const csv = (body: string): string => answer(reply, { type: `${CSV}; charset=utf-8`, body });
    switch (format) {
      case 'odrl':
        return linkedData(reply, toOdrl, frozen);
      case 'dcat':
        return linkedData(reply, toDcat, frozen);
      case 'article-30': {
        const rows = toArticle30Rows(frozen);
        return wantsCsv ? csv(toArticle30Csv(rows)[table]) : rows;
      }
      case 'register': {
        const entry = toRegisterEntry(frozen, standing);
        return wantsCsv ? csv(toRegisterCsv([entry])) : entry;
      }
      default:
        throw new BrokerError('not-found', 'The exports are odrl, dcat, article-30 and register');
    }
  }
}

const linkedData = (
  reply: Reply,
  make: (frozen: FrozenAgreement) => JsonObject,
  frozen: FrozenAgreement,
): string => answer(reply, { type: 'application/ld+json', body: JSON.stringify(make(frozen)) });

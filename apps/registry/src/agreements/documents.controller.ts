import { Controller, Get, Headers, Inject, Param, Res, UseGuards } from '@nestjs/common';
import { renderDifference } from '@concordat/agreement';
import { AnyCaller, ScopeGuard } from '@concordat/auth';
import { preferred } from '../parameters/accept.js';
import { answer, type Reply } from '../parameters/answer.js';
import { versionNumber } from '../parameters/versions.js';
import { AGREEMENT_VIEWS, AgreementViews } from './agreement-views.js';

const DOCUMENT = 'application/dsa+json';

/** One version of an agreement as a document: the bytes that are signed, and what is made of them. */
@Controller('v1/agreements/:id/versions/:version')
@UseGuards(ScopeGuard)
export class DocumentsController {
  readonly #views: AgreementViews;

  constructor(@Inject(AGREEMENT_VIEWS) views: AgreementViews) {
    this.#views = views;
  }

  /** Where it stands, with its signatures and notices; as `application/dsa+json`, its signed bytes alone. */
  @Get()
  @AnyCaller()
  async find(
    @Param('id') id: string,
    @Param('version', versionNumber) version: number,
    @Headers('accept') accept: string | undefined,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    void reply.header('vary', 'Accept');
    if (preferred(accept, ['application/json', DOCUMENT]) === DOCUMENT) {
      return this.document(id, version, known, reply);
    }
    return this.#views.find(id, version);
  }

  /** The exact bytes that are signed: their SHA-256 is the digest, and the ETag. */
  @Get('document')
  @AnyCaller()
  async document(
    @Param('id') id: string,
    @Param('version', versionNumber) version: number,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const { text, digest } = await this.#views.document(id, version);
    return answer(reply, { type: DOCUMENT, body: text, digest, known });
  }

  /** In plain English: as text, as a page, or as JSON with the digest that stands in signatures. */
  @Get('text')
  @AnyCaller()
  async text(
    @Param('id') id: string,
    @Param('version', versionNumber) version: number,
    @Headers('accept') accept: string | undefined,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const { rendering, text, html, digest } = await this.#views.rendering(id, version);
    void reply.header('vary', 'Accept');
    switch (preferred(accept, ['text/plain', 'text/html', 'application/json'])) {
      case 'text/plain':
        return answer(reply, { type: 'text/plain; charset=utf-8', body: text, digest, known });
      case 'text/html':
        return answer(reply, { type: 'text/html; charset=utf-8', body: html });
      case 'application/json':
        return { rendering, digest, text };
    }
  }

  /** What another version changes against this one. */
  @Get('diff/:other')
  @AnyCaller()
  async difference(
    @Param('id') id: string,
    @Param('version', versionNumber) version: number,
    @Param('other', versionNumber) other: number,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const difference = await this.#views.difference(id, version, other);
    void reply.header('vary', 'Accept');
    if (preferred(accept, ['application/json', 'text/plain']) === 'text/plain') {
      return answer(reply, { type: 'text/plain; charset=utf-8', body: renderDifference(difference) });
    }
    return { id, from: version, to: other, ...difference };
  }

  /** As the agreement's bundle, and says which version was asked for. */
  @Get('bundle')
  @AnyCaller()
  async bundle(@Param('id') id: string, @Param('version', versionNumber) version: number): Promise<unknown> {
    const { digest } = await this.#views.document(id, version);
    return { ...(await this.#views.bundle(id)), version, digest };
  }
}

import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import { AnyCaller, FromCaller, RequireScope, ScopeGuard, type Caller } from '@concordat/auth';
import { BrokerError } from '@concordat/problem';
import type { Json } from '@concordat/record';
import { answer, type Reply } from '../parameters/answer.js';
import { placeOf, versionNumber, VersionPage } from '../parameters/versions.js';
import { Templates, TEMPLATES } from './templates.js';

@Controller('v1/templates')
@UseGuards(ScopeGuard)
export class TemplatesController {
  readonly #templates: Templates;

  constructor(@Inject(TEMPLATES) templates: Templates) {
    this.#templates = templates;
  }

  @Get()
  @AnyCaller()
  async list(@Query() { after, limit }: VersionPage): Promise<unknown> {
    const found = await this.#templates.list(placeOf(after), limit);
    const last = found.at(-1);
    return {
      templates: found.map(({ template: _, ...summary }) => summary),
      next: last === undefined ? after : `${last.id}/${last.version}`,
      more: found.length === limit,
    };
  }

  @Get(':id/versions/:version')
  @AnyCaller()
  find(@Param('id') id: string, @Param('version', versionNumber) version: number): Promise<unknown> {
    return this.#templates.find(id, version);
  }

  /** The exact bytes that the digest names. */
  @Get(':id/versions/:version/document')
  @AnyCaller()
  async document(
    @Param('id') id: string,
    @Param('version', versionNumber) version: number,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<unknown> {
    const { text, digest } = await this.#templates.document(id, version);
    return answer(reply, { type: 'application/json', body: text, digest, known });
  }

  /** Publishes a version of a template, for everyone to make agreements from. */
  @Post()
  @HttpCode(201)
  @RequireScope('templates:write')
  publish(@Body() document: Json | undefined, @FromCaller() caller: Caller): Promise<unknown> {
    if (document === null || typeof document !== 'object' || Array.isArray(document)) {
      throw new BrokerError('template-invalid', 'The template is not a JSON object');
    }
    return this.#templates.publish(document, caller);
  }
}

import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import { IsIn, IsObject, IsOptional, IsString, Length, Matches } from 'class-validator';
import type { VersionState } from '@concordat/agreement';
import { AnyCaller, FromCaller, RequireScope, ScopeGuard, type Caller } from '@concordat/auth';
import { BrokerError } from '@concordat/problem';
import type { Json, JsonObject } from '@concordat/record';
import { toSignature } from '../parameters/signature.js';
import { NAME } from '../parameters/name.js';
import { placeOf, versionNumber, VersionPage } from '../parameters/versions.js';
import { AGREEMENT_VIEWS, AgreementViews } from './agreement-views.js';
import { Agreements, AGREEMENTS } from './agreements.js';
import { Drafts, DRAFTS } from './drafts.js';

const STATES: readonly VersionState[] = [
  'proposed',
  'active',
  'suspended',
  'superseded',
  'terminated',
  'expired',
  'rejected',
];

class SignatureBody {
  @IsString()
  @Length(1, 2000)
  protected!: string;

  @IsString()
  @Length(1, 200)
  signature!: string;
}

class NoticeBody {
  /** The notice itself; its canonical bytes are what was signed. */
  @IsObject()
  notice!: object;

  @IsObject()
  signature!: object;
}

class ListQuery extends VersionPage {
  /** Only agreements of this agency. */
  @IsOptional()
  @Matches(NAME, { message: 'party must be lower-case words joined by hyphens' })
  @Length(1, 80)
  party?: string;

  @IsOptional()
  @IsIn(STATES)
  state?: VersionState;
}

/**
 * Agreements are meant to be read: by each other's legal teams, auditors and those who want to make one like it.
 * Whoever has a token of this broker may read every agreement; only its parties change it.
 */
@Controller('v1/agreements')
@UseGuards(ScopeGuard)
export class AgreementsController {
  readonly #agreements: Agreements;
  readonly #views: AgreementViews;
  readonly #drafts: Drafts;

  constructor(
    @Inject(AGREEMENTS) agreements: Agreements,
    @Inject(AGREEMENT_VIEWS) views: AgreementViews,
    @Inject(DRAFTS) drafts: Drafts,
  ) {
    this.#agreements = agreements;
    this.#views = views;
    this.#drafts = drafts;
  }

  @Get()
  @AnyCaller()
  list(@Query() { after, limit, party, state }: ListQuery): Promise<unknown> {
    return this.#views.list({
      after: placeOf(after),
      limit,
      ...(party === undefined ? {} : { party }),
      ...(state === undefined ? {} : { state }),
    });
  }

  @Get(':id')
  @AnyCaller()
  overview(@Param('id') id: string): Promise<unknown> {
    return this.#views.overview(id);
  }

  /** Everything that a verifier needs who does not ask the broker again. */
  @Get(':id/bundle')
  @AnyCaller()
  bundle(@Param('id') id: string): Promise<unknown> {
    return this.#views.bundle(id);
  }

  /** Proposes an agreement: from now on its bytes are fixed, and its parties may sign. */
  @Post()
  @HttpCode(201)
  @RequireScope('agreements:write')
  async propose(@Body() document: Json | undefined, @FromCaller() caller: Caller): Promise<unknown> {
    const frozen = await this.#agreements.propose(toObject(document), caller);
    const { id, version } = frozen.agreement;
    return { ...(await this.#views.find(id, version)), findings: await this.#drafts.findingsIn(frozen) };
  }

  /** Says what is to be said of a draft, and keeps nothing of it. */
  @Post('lint')
  @HttpCode(200)
  @AnyCaller()
  lint(@Body() document: Json | undefined): Promise<unknown> {
    return this.#drafts.report(toObject(document));
  }

  /** Adds one signatory's signature. */
  @Post(':id/versions/:version/signatures')
  @HttpCode(201)
  @RequireScope('agreements:write')
  async sign(
    @Param('id') id: string,
    @Param('version', versionNumber) version: number,
    @Body() body: SignatureBody,
    @FromCaller() caller: Caller,
  ): Promise<unknown> {
    await this.#agreements.sign(id, version, plain(body), caller);
    return this.#views.find(id, version);
  }

  /** Suspends, resumes, ends, rejects or reviews, by a signed notice. */
  @Post(':id/versions/:version/notices')
  @HttpCode(201)
  @RequireScope('agreements:write')
  async notify(
    @Param('id') id: string,
    @Param('version', versionNumber) version: number,
    @Body() body: NoticeBody,
    @FromCaller() caller: Caller,
  ): Promise<unknown> {
    const signed = { notice: body.notice as JsonObject, signature: toSignature(body.signature) };
    await this.#agreements.notify(id, version, signed, caller);
    return this.#views.find(id, version);
  }

  @Get(':id/versions/:version/notices')
  @AnyCaller()
  async notices(@Param('id') id: string, @Param('version', versionNumber) version: number): Promise<unknown> {
    return { notices: await this.#views.notices(id, version) };
  }
}

function toObject(document: Json | undefined): JsonObject {
  if (document === null || typeof document !== 'object' || Array.isArray(document)) {
    throw new BrokerError('agreement-invalid', 'The agreement is not a JSON object');
  }
  return document;
}

const plain = ({ protected: header, signature }: SignatureBody) => ({ protected: header, signature });

import { Body, Controller, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { IsIn, IsObject, IsOptional, IsString, Length, Matches, Validate } from 'class-validator';
import type { KeyUse } from '@concordat/agreement';
import { AnyCaller, FromCaller, RequireScope, ScopeGuard, type Caller } from '@concordat/auth';
import { IsMoment } from '../parameters/moment.js';
import { NAME } from '../parameters/name.js';
import { toSignature } from '../parameters/signature.js';
import { Keys, KEYS } from './keys.js';

class KeyBody {
  @IsObject()
  jwk!: object;

  @IsIn(['signing', 'authentication'])
  use!: KeyUse;

  @Matches(NAME, { message: 'role must be lower-case words joined by hyphens' })
  @Length(1, 80)
  role!: string;

  @IsOptional()
  @Validate(IsMoment)
  validFrom?: string;

  @IsOptional()
  @Validate(IsMoment)
  validUntil?: string;

  /** By a signing key of the agency, which vouches for this one. */
  @IsOptional()
  @IsObject()
  endorsement?: object;
}

class RevocationBody {
  @IsString()
  @Matches(/^\P{Cc}*$/u, { message: 'because must be a sentence without control characters' })
  @Length(5, 500)
  because!: string;

  @IsOptional()
  @Validate(IsMoment)
  compromisedSince?: string;
}

@Controller('v1/agencies/:agency/keys')
@UseGuards(ScopeGuard)
export class KeysController {
  readonly #keys: Keys;

  constructor(@Inject(KEYS) keys: Keys) {
    this.#keys = keys;
  }

  @Get()
  @AnyCaller()
  async list(@Param('agency') agency: string): Promise<unknown> {
    return { keys: await this.#keys.list(agency) };
  }

  @Post()
  @HttpCode(201)
  @RequireScope('keys:write')
  register(
    @Param('agency') agency: string,
    @Body() body: KeyBody,
    @FromCaller() caller: Caller,
  ): Promise<unknown> {
    const { endorsement, ...key } = body;
    const word = endorsement === undefined ? {} : { endorsement: toSignature(endorsement) };
    return this.#keys.register(agency, { ...key, ...word }, caller);
  }

  /** Revokes a key for good. Tokens that were issued by it last for some minutes yet. */
  @Post(':kid/revocations')
  @HttpCode(201)
  @RequireScope('keys:revoke')
  revoke(
    @Param('agency') agency: string,
    @Param('kid') kid: string,
    @Body() body: RevocationBody,
    @FromCaller() caller: Caller,
  ): Promise<unknown> {
    return this.#keys.revoke(agency, kid, body, caller);
  }
}

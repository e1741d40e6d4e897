import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  Length,
  Matches,
} from 'class-validator';
import { AnyCaller, FromCaller, RequireScope, ScopeGuard, type Caller } from '@concordat/auth';
import { PageLimit } from '@concordat/http';
import { NAME } from '../parameters/name.js';
import { Agencies, AGENCIES } from './agencies.js';

class AgencyBody {
  @Matches(NAME, { message: 'id must be lower-case words joined by hyphens' })
  @Length(1, 80)
  id!: string;

  @Matches(/^\P{Cc}*$/u, { message: 'name must be a string without control characters' })
  @Length(1, 200)
  name!: string;

  @IsArray()
  @ArrayMaxSize(20)
  @ArrayUnique()
  @Matches(/^[a-z][a-z0-9+.-]*:[^\s\p{Cc}#?]*[^\s\p{Cc}#?/:]$/iu, {
    each: true,
    message: 'each source must be an absolute URI without a query, a fragment or a final "/" or ":"',
  })
  @Length(3, 500, { each: true })
  sources!: string[];

  /** Whether it is an oversight body, which reads the metadata of every exchange. */
  @IsOptional()
  @IsBoolean()
  oversight: boolean = false;
}

class PageQuery extends PageLimit {
  @IsOptional()
  @IsString()
  @Length(0, 200)
  after: string = '';
}

@Controller('v1/agencies')
@UseGuards(ScopeGuard)
export class AgenciesController {
  readonly #agencies: Agencies;

  constructor(@Inject(AGENCIES) agencies: Agencies) {
    this.#agencies = agencies;
  }

  @Get()
  @AnyCaller()
  async list(@Query() { after, limit }: PageQuery): Promise<unknown> {
    const agencies = await this.#agencies.list(after, limit);
    return { agencies, next: agencies.at(-1)?.id ?? after };
  }

  @Get(':agency')
  @AnyCaller()
  find(@Param('agency') agency: string): Promise<unknown> {
    return this.#agencies.find(agency);
  }

  @Post()
  @HttpCode(201)
  @RequireScope('agencies:write')
  register(@Body() body: AgencyBody, @FromCaller() caller: Caller): Promise<unknown> {
    return this.#agencies.register(
      { id: body.id, name: body.name, sources: body.sources, oversight: body.oversight },
      caller,
    );
  }
}

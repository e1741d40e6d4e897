import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import { IsObject, IsOptional, IsString, Length, Matches } from 'class-validator';
import { AnyCaller, FromCaller, RequireScope, ScopeGuard, type Caller } from '@concordat/auth';
import { BrokerError } from '@concordat/problem';
import type { JsonObject } from '@concordat/record';
import { Schemas, SCHEMAS } from './schemas.js';

class SchemaBody {
  @Matches(/^[a-z0-9]+([.-][a-z0-9]+)*$/, {
    message: 'type must be lower-case words joined by dots or hyphens',
  })
  @Length(1, 200)
  type!: string;

  @IsObject()
  schema!: object;
}

class SchemaQuery {
  @IsOptional()
  @IsString()
  @Length(1, 200)
  type?: string;
}

@Controller('v1/schemas')
@UseGuards(ScopeGuard)
export class SchemasController {
  readonly #schemas: Schemas;

  constructor(@Inject(SCHEMAS) schemas: Schemas) {
    this.#schemas = schemas;
  }

  @Get()
  @AnyCaller()
  async list(@Query() { type }: SchemaQuery): Promise<unknown> {
    return { schemas: await this.#schemas.list(type) };
  }

  @Get(':digest')
  @AnyCaller()
  async find(@Param('digest') digest: string): Promise<unknown> {
    const schema = await this.#schemas.findByDigest(digest);
    if (schema === undefined) throw new BrokerError('not-found', 'No schema has this digest');
    return schema;
  }

  @Post()
  @HttpCode(201)
  @RequireScope('schemas:write')
  register(@Body() { type, schema }: SchemaBody, @FromCaller() caller: Caller): Promise<unknown> {
    return this.#schemas.register(type, schema as JsonObject, caller);
  }
}

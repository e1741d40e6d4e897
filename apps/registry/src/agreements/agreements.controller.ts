import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  ParseIntPipe,
  Post,
  UseGuards,
} from '@nestjs/common';
import { IsString, Length } from 'class-validator';
import { AnyCaller, FromCaller, RequireScope, ScopeGuard, type Caller } from '@concordat/auth';
import { BrokerError } from '@concordat/problem';
import type { Json } from '@concordat/record';
import { Agreements, AGREEMENTS } from './agreements.js';

class SignatureBody {
  @IsString()
  @Length(1, 2000)
  protected!: string;

  @IsString()
  @Length(1, 200)
  signature!: string;
}

const versionNumber = new ParseIntPipe({
  exceptionFactory: () => new BrokerError('invalid-parameter', 'The version must be a whole number'),
});

@Controller('v1/agreements')
@UseGuards(ScopeGuard)
export class AgreementsController {
  readonly #agreements: Agreements;

  constructor(@Inject(AGREEMENTS) agreements: Agreements) {
    this.#agreements = agreements;
  }

  @Get()
  @AnyCaller()
  async list(): Promise<unknown> {
    return { agreements: await this.#agreements.list() };
  }

  @Get(':id/versions/:version')
  @AnyCaller()
  find(@Param('id') id: string, @Param('version', versionNumber) version: number): Promise<unknown> {
    return this.#agreements.find(id, version);
  }

  /** Proposes an agreement: from now on its bytes are fixed, and its parties may sign. */
  @Post()
  @HttpCode(201)
  @RequireScope('agreements:write')
  propose(@Body() document: Json | undefined, @FromCaller() caller: Caller): Promise<unknown> {
    if (document === null || typeof document !== 'object' || Array.isArray(document)) {
      throw new BrokerError('agreement-invalid', 'The agreement is not a JSON object');
    }
    return this.#agreements.propose(document, caller);
  }

  /** Adds one party's signature. */
  @Post(':id/versions/:version/signatures')
  @HttpCode(201)
  @RequireScope('agreements:write')
  sign(
    @Param('id') id: string,
    @Param('version', versionNumber) version: number,
    @Body() body: SignatureBody,
    @FromCaller() caller: Caller,
  ): Promise<unknown> {
    const signature = { protected: body.protected, signature: body.signature };
    return this.#agreements.sign(id, version, signature, caller);
  }
}

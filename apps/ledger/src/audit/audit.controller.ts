import { Controller, Get, Header, Inject, Param, ParseIntPipe, Query, UseGuards } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Anyone, FromCaller, RequireScope, ScopeGuard, type Caller } from '@concordat/auth';
import { PageLimit } from '@concordat/http';
import { BrokerError } from '@concordat/problem';
import { AUDIT_LOG, AuditLog } from './audit-log.js';
import { Checkpoints } from '../tree/checkpoints.js';

class EntriesQuery extends PageLimit {
  /** The first index wanted. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  from: number = 0;
}

class ProofQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  size?: number;
}

class ConsistencyQuery {
  @Type(() => Number)
  @IsInt()
  @Min(0)
  from!: number;

  @Type(() => Number)
  @IsInt()
  @Min(0)
  to!: number;
}

const wholeNumber = new ParseIntPipe({
  exceptionFactory: () => new BrokerError('invalid-parameter', 'The index must be a whole number'),
});

@Controller('v1/audit')
@UseGuards(ScopeGuard)
export class AuditController {
  readonly #log: AuditLog;
  readonly #checkpoints: Checkpoints;

  constructor(@Inject(AUDIT_LOG) log: AuditLog, @Inject(Checkpoints) checkpoints: Checkpoints) {
    this.#log = log;
    this.#checkpoints = checkpoints;
  }

  /** The newest checkpoint, a signed note (C2SP tlog-checkpoint). */
  @Get('checkpoint')
  @Anyone()
  @Header('content-type', 'text/plain; charset=utf-8')
  checkpoint(): Promise<string> {
    return this.#checkpoints.newest();
  }

  /** The key that signs checkpoints. Whoever verifies should get it by another way too. */
  @Get('key')
  @Anyone()
  @Header('content-type', 'text/plain; charset=utf-8')
  key(): string {
    return `${this.#checkpoints.verifierKey}\n`;
  }

  @Get('entries')
  @RequireScope('audit:read')
  async entries(@Query() { from, limit }: EntriesQuery, @FromCaller() caller: Caller): Promise<unknown> {
    const entries = await this.#log.entries(caller, from, limit);
    return { entries, next: (entries.at(-1)?.index ?? from - 1) + 1 };
  }

  @Get('entries/:index/proof')
  @Anyone()
  inclusion(@Param('index', wholeNumber) index: number, @Query() { size }: ProofQuery): Promise<unknown> {
    if (index < 0) throw new BrokerError('invalid-parameter', 'The index must not be negative');
    return this.#log.inclusion(index, size);
  }

  @Get('consistency')
  @Anyone()
  consistency(@Query() { from, to }: ConsistencyQuery): Promise<unknown> {
    return this.#log.consistency(from, to);
  }
}

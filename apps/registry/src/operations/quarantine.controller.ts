import { Body, Controller, HttpCode, Inject, Post, UseGuards } from '@nestjs/common';
import { IsInt, IsString, Length, Matches, Max, Min } from 'class-validator';
import { FromCaller, RequireScope, ScopeGuard, type Caller } from '@concordat/auth';
import type { EventLog } from '@concordat/event-log';

/** The injection token of the {@link EventLog}. */
export const EVENT_LOG = Symbol('EventLog');

class QuarantineBody {
  @IsString()
  @Length(1, 200)
  group!: string;

  @IsString()
  @Length(1, 200)
  topic!: string;

  @IsInt()
  @Min(0)
  @Max(1_000_000)
  partition!: number;

  /** As `/health/lanes` shows it: a decimal number as text. */
  @Matches(/^(?:0|[1-9]\d{0,17})$/, { message: 'offset must be a whole number, as text' })
  offset!: string;

  @IsString()
  @Length(5, 500)
  because!: string;
}

/** Orders of the operator to the log's workers. */
@Controller('v1/quarantine-orders')
@UseGuards(ScopeGuard)
export class QuarantineController {
  readonly #log: EventLog;

  constructor(@Inject(EVENT_LOG) log: EventLog) {
    this.#log = log;
  }

  /**
   * Lets a parked lane go on without the record that stops it. The record is kept aside with the order; it is
   * not shown to the operator. `202`: the worker that owns the lane will do it.
   */
  @Post()
  @HttpCode(202)
  @RequireScope('lanes:write')
  async order(@Body() body: QuarantineBody, @FromCaller() caller: Caller): Promise<unknown> {
    const { group, topic, partition, offset, because } = body;
    await this.#log.quarantine({
      group,
      topic,
      partition,
      offset: BigInt(offset),
      by: caller.clientId,
      because,
    });
    return { ordered: { group, topic, partition, offset } };
  }
}

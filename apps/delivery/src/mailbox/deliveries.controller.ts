import { Body, Controller, Get, HttpCode, Inject, Post, Query, UseGuards } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { FromCaller, RequireScope, ScopeGuard, type Caller } from '@concordat/auth';
import { PageLimit } from '@concordat/http';
import { contextOf, counter, inSpan, SpanKind } from '@concordat/telemetry';
import { Mailboxes, MAILBOXES, type MailboxItem } from './mailbox.js';

/** A cursor is a place in the caller's own mailbox; `0` is its beginning. Up to 18 digits fit a bigint. */
const CURSOR = /^(?:0|[1-9]\d{0,17})$/;

class PullQuery extends PageLimit {
  @IsOptional()
  @Matches(CURSOR, { message: 'after must be a cursor that this broker gave, or 0' })
  after: string = '0';

  /** Seconds. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(60)
  wait: number = 0;
}

class Acknowledgement {
  @Matches(CURSOR, { message: 'upTo must be a cursor that this broker gave' })
  upTo!: string;
}

const delivered = counter('concordat.delivery.disclosures', 'Disclosures handed out');

@Controller('v1/deliveries')
@UseGuards(ScopeGuard)
export class DeliveriesController {
  readonly #mailboxes: Mailboxes;

  constructor(@Inject(MAILBOXES) mailboxes: Mailboxes) {
    this.#mailboxes = mailboxes;
  }

  /** The next disclosures after a cursor; waits up to `wait` seconds if there are none yet. */
  @Get()
  @RequireScope('deliveries:receive')
  async pull(@Query() query: PullQuery, @FromCaller() caller: Caller): Promise<unknown> {
    const { after, limit, wait } = query;
    const items = await this.#mailboxes.pull(caller.agency, BigInt(after), limit, wait * 1000);
    delivered(items.length);
    for (const item of items) traceHandOver(item);
    return {
      deliveries: items.map(({ position, event }) => ({
        cursor: String(position),
        event: JSON.parse(event) as unknown,
      })),
      next: String(items.at(-1)?.position ?? after),
    };
  }

  /** Notes that everything up to a cursor has been received. */
  @Post('acknowledgements')
  @HttpCode(200)
  @RequireScope('deliveries:receive')
  async acknowledge(@Body() { upTo }: Acknowledgement, @FromCaller() caller: Caller): Promise<unknown> {
    return { acknowledged: String(await this.#mailboxes.acknowledge(caller.agency, BigInt(upTo))) };
  }
}

/** The last step of an event's own trace, which the pull's answer does not show to the recipient. */
function traceHandOver({ traceparent, position }: MailboxItem): void {
  if (traceparent === null) return;
  const attributes = { 'concordat.position': String(position) };
  inSpan(
    'hand over',
    { parent: contextOf(traceparent), kind: SpanKind.PRODUCER, attributes },
    () => undefined,
  );
}

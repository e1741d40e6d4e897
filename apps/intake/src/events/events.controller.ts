import { Body, Controller, Headers, Inject, Post, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { FromCaller, RequireScope, ScopeGuard, type Caller } from '@concordat/auth';
import { BrokerError, problemOf } from '@concordat/problem';
import type { Json } from '@concordat/record';
import { EVENT_DESK, type EventDesk } from './event-desk.js';
import type { Acceptance } from './accept-events.js';

/** A batch may hold so many events. */
const MAX_BATCH = 1000;

@Controller('v1/events')
@UseGuards(ScopeGuard)
export class EventsController {
  readonly #desk: EventDesk;

  constructor(@Inject(EVENT_DESK) desk: EventDesk) {
    this.#desk = desk;
  }

  /** Takes one event, or a batch; `202` means that what was accepted is durable. */
  @Post()
  @RequireScope('events:publish')
  async publish(
    @Headers('content-type') contentType: string | undefined,
    @Body() body: Json | undefined,
    @FromCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    if (body === undefined) throw new BrokerError('malformed-json', 'The request has no body');
    switch (mediaType(contentType)) {
      case 'application/cloudevents+json': {
        const [acceptance] = await this.#desk.accept([body], caller.agency);
        if (acceptance instanceof BrokerError) throw acceptance;
        void reply.status(202);
        return acceptance;
      }
      case 'application/cloudevents-batch+json': {
        const acceptances = await this.#desk.accept(toBatch(body), caller.agency);
        const allAccepted = !acceptances.some((one) => one instanceof BrokerError);
        // RFC 4918 §13: the answer holds a status for each event.
        void reply.status(allAccepted ? 202 : 207);
        return { results: acceptances.map(toResult) };
      }
      default:
        throw new BrokerError('unsupported-media-type');
    }
  }
}

const mediaType = (contentType = ''): string => (contentType.split(';')[0] ?? '').trim().toLowerCase();

function toBatch(body: Json): Json[] {
  if (!Array.isArray(body) || body.length === 0 || body.length > MAX_BATCH) {
    throw new BrokerError('invalid-parameter', `A batch is a list of 1 to ${MAX_BATCH} events`);
  }
  return body;
}

const toResult = (one: Acceptance | undefined): unknown =>
  one instanceof BrokerError ? { status: one.status, problem: problemOf(one) } : { status: 202, ...one };

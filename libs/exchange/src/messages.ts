import { createHash } from 'node:crypto';
import { orderingKey, type CloudEvent, type Digest, type JsonObject } from '@concordat/record';

/** How an event came; the same for many events. */
export interface EventContext {
  /** The agency that published it, by its access token. */
  readonly provider: string;
  /** The event's type. */
  readonly type: string;
  /** The schema that the data satisfied. */
  readonly schema: Digest;
}

/** An item of a block of `events`: an accepted event. */
export interface AcceptedEvent {
  /** The broker's own name for the event, a UUID; what publishers get as a receipt. */
  readonly receipt: string;
  /** RFC 3339, by intake's clock. */
  readonly accepted: string;
  /** W3C trace context of the request; stays inside of the broker. */
  readonly traceparent?: string;
  readonly context: EventContext;
  /** The event's JSON text, without tabs or line ends. */
  readonly event: string;
}

/** What one recipient gets of one event under one agreement: a CloudEvents 1.0 event. */
export interface DisclosedEvent {
  readonly specversion: '1.0';
  /** Differs for each recipient and agreement, so that two recipients cannot join on it. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly datacontenttype: 'application/json';
  readonly agreementid: string;
  readonly agreementversion: number;
  readonly agreementdigest: Digest;
  readonly data: JsonObject;
  readonly [attribute: string]: JsonObject[string];
}

/** An item of a block of `disclosures`. */
export interface Disclosure {
  readonly recipient: string;
  /** W3C trace context of the event; stays inside of the broker. */
  readonly traceparent?: string;
  readonly event: DisclosedEvent;
}

/**
 * The partition of `events` that an event goes to: events with one ordering key stay in order. By a hash that
 * spreads well, and nothing of which can be read back.
 */
export const partitionOfEvent = (event: CloudEvent, partitions: number): number =>
  createHash('sha256').update(orderingKey(event)).digest().readUInt32BE(0) % partitions;

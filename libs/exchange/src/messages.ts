import { createHash } from 'node:crypto';
import { orderingKey, type CloudEvent, type Digest, type JsonObject } from '@concordat/record';

/** A record of `events`: an accepted event and how it came. */
export interface AcceptedEvent {
  /** The broker's own name for the event; what publishers get as a receipt. */
  readonly receipt: string;
  /** The agency that published it, by its access token. */
  readonly provider: string;
  /** RFC 3339, by intake's clock. */
  readonly accepted: string;
  /** The schema that the data satisfied. */
  readonly schema: Digest;
  readonly event: CloudEvent;
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
 * The log's key for an event: events with one ordering key stay in order. Hashed, because keys appear in
 * reports and logs, and a subject may name a person.
 */
export const eventKey = (event: CloudEvent): string =>
  createHash('sha256').update(orderingKey(event)).digest('base64url').slice(0, 22);

import { expect } from 'vitest';
import type { CloudEvent } from '@concordat/record';
import type { Recipient } from './agencies.js';
import { agreementOf, entitled, Pseudonym, type Expected } from './oracle.js';

/** A delivery as a recipient got it. */
export interface Received {
  readonly cursor: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** A decision to release, as the ledger has it. */
export interface Released {
  readonly receipt: string;
  readonly recipient: string;
  readonly disclosure: string;
}

/** An event, with the receipt that its publisher got, in the order of publication. */
export interface Published {
  readonly receipt: string;
  readonly event: CloudEvent;
}

const ATTRIBUTES = [
  'agreementdigest',
  'agreementid',
  'agreementversion',
  'data',
  'datacontenttype',
  'id',
  'source',
  'specversion',
  'type',
];

/**
 * Holds all that a recipient received to what the oracle says of all that was published: each event that it is
 * entitled to once, in exactly the fields and forms that it is entitled to, those of one subject in order.
 *
 * @returns how many events were compared
 */
export function expectExactly(
  recipient: Recipient,
  received: readonly Received[],
  published: readonly Published[],
  released: readonly Released[],
): number {
  const byReceipt = new Map(published.map((one, at) => [one.receipt, { ...one, at }]));
  const byDisclosure = new Map(
    released
      .filter((one) => one.recipient === recipient)
      .map(({ disclosure, receipt }) => [disclosure, receipt]),
  );
  const names = new PseudonymBook();
  const places = received.map(({ event }) => {
    const id = String(event['id']);
    const origin = byReceipt.get(byDisclosure.get(id) ?? '');
    if (origin === undefined) throw new Error(`${recipient} received ${id}, which the ledger does not have`);
    const expected = entitled(recipient, origin.event);
    if (expected === undefined) throw new Error(`${recipient} received an event that it is not entitled to`);
    expect(Object.keys(event).sort()).toEqual(ATTRIBUTES);
    expect(event).toMatchObject({
      specversion: '1.0',
      source: `urn:concordat:agreement:${agreementOf(recipient)}`,
      type: origin.event.type,
      datacontenttype: 'application/json',
      agreementid: agreementOf(recipient),
      agreementversion: 1,
    });
    expect(names.resolve(event['data'], expected)).toEqual(expected);
    return origin;
  });
  expect(received.map(({ cursor }) => cursor)).toEqual(
    received.map((_, at) => String(Number(received[0]?.cursor) + at)),
  );
  const due = published.filter(({ event }) => entitled(recipient, event) !== undefined);
  expect(places.map(({ receipt }) => receipt).sort()).toEqual(due.map(({ receipt }) => receipt).sort());
  expectSubjectsInOrder(places);
  return received.length;
}

function expectSubjectsInOrder(places: readonly { readonly at: number; readonly event: CloudEvent }[]): void {
  const last = new Map<string, number>();
  for (const { at, event } of places) {
    const subject = event.subject ?? event.id;
    expect(at).toBeGreaterThan(last.get(subject) ?? -1);
    last.set(subject, at);
  }
}

/** What a recipient's pseudonyms stand for: each thing has one name, and each name one thing. */
class PseudonymBook {
  readonly #names = new Map<string, string>();
  readonly #things = new Map<string, string>();

  /** The data with its pseudonyms resolved, wherever one is expected. */
  resolve(value: unknown, expected: Expected[string] | undefined): unknown {
    if (expected instanceof Pseudonym) return this.#isNameOf(value, expected) ? expected : value;
    if (!isObject(value) || !isObject(expected)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, this.resolve(member, expected[name] as Expected)]),
    );
  }

  #isNameOf(name: unknown, { domain, value }: Pseudonym): boolean {
    if (typeof name !== 'string' || !/^[A-Za-z0-9_-]{43}$/u.test(name)) return false;
    const thing = `${domain} ${value}`;
    const consistent =
      (this.#names.get(thing) ?? name) === name && (this.#things.get(name) ?? thing) === thing;
    this.#names.set(thing, name);
    this.#things.set(name, thing);
    return consistent;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

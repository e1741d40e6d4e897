import type { CloudEvent, JsonObject } from '@concordat/record';
import { digestOf } from '@concordat/record';
import { loadSampleAgreements } from '@concordat/sample';
import { PROVIDER } from '../../test/support/agencies.js';

/**
 * The benchmarks' own exchange: the sample's agencies, who tell each other when somebody moves. An event is some
 * 725 bytes of JSON, and each recipient gets some of its fields as they are, which is all that a program written
 * by hand can be expected to do as well: no rows, no pseudonyms.
 */
export const MOVED = {
  /** Events that one agency receives. */
  toOne: 'uk.register-office.moved.to-one',
  /** Events that three agencies receive. */
  toThree: 'uk.register-office.moved.to-three',
} as const;

const SOURCE = `urn:concordat:agency:${PROVIDER}`;

/** Who receives what, in the order of the peers' output topics. The peers have it by hand. */
export const PICKS = {
  pensions: [
    '/reference',
    '/person/given',
    '/person/family',
    '/person/dateOfBirth',
    '/person/nationalInsuranceNumber',
    '/to/lines',
    '/to/postcode',
  ],
  'driver-licensing': [
    '/reference',
    '/person/given',
    '/person/family',
    '/person/dateOfBirth',
    '/from/postcode',
    '/to/lines',
    '/to/postcode',
  ],
  'health-statistics': [
    '/person/dateOfBirth',
    '/person/nhsNumber',
    '/from/postcode',
    '/to/postcode',
    '/moved',
    '/household',
  ],
} as const;
export const RECEIVERS = Object.keys(PICKS) as (keyof typeof PICKS)[];

const line = { type: 'string', minLength: 1, maxLength: 200 };
const closed = (properties: JsonObject): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});
const address = closed({
  lines: { type: 'array', minItems: 1, maxItems: 6, items: line },
  postcode: line,
});

/** The schema of either event type. */
export const movedSchema = (type: string): JsonObject => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:concordat:schema:${type}:1.0`,
  title: 'Somebody moved',
  ...closed({
    reference: line,
    person: closed({
      given: line,
      family: line,
      dateOfBirth: { type: 'string', format: 'date' },
      nationalInsuranceNumber: line,
      nhsNumber: line,
      phone: line,
      email: line,
    }),
    from: address,
    to: address,
    moved: { type: 'string', format: 'date' },
    household: { type: 'integer', minimum: 1, maximum: 50 },
    reason: line,
  }),
});

/**
 * The agreements under which the events are shared, unsigned: those of the sample, about other events and fields.
 * Every recipient gets the events to three; Pensions those to one as well.
 */
export function movedAgreements(): JsonObject[] {
  return RECEIVERS.map((recipient) => {
    const types = recipient === 'pensions' ? [MOVED.toOne, MOVED.toThree] : [MOVED.toThree];
    return agreementAbout({ id: `moved-${recipient}`, recipient, types });
  });
}

/** An agreement of the sample with a recipient, made one about the fields that this recipient picks of moves. */
export function agreementAbout({
  id,
  recipient,
  types,
  schemaOf = movedSchema,
  fields = PICKS[recipient],
}: {
  readonly id: string;
  readonly recipient: keyof typeof PICKS;
  readonly types: readonly string[];
  readonly schemaOf?: (type: string) => JsonObject;
  readonly fields?: readonly string[];
}): JsonObject {
  const like = loadSampleAgreements().find((document) =>
    (document['parties'] as JsonObject[]).some(({ agency }) => agency === recipient),
  );
  if (like === undefined) throw new Error(`the sample has no agreement with ${recipient}`);
  return {
    ...like,
    id,
    grants: types.map((event) => ({
      id: event.slice(event.lastIndexOf('.') + 1),
      provider: PROVIDER,
      recipient,
      event,
      schema: digestOf(schemaOf(event)),
      fields: fields.map((field) => ({ field, as: 'clear', because: 'To be measured' })),
    })),
  };
}

const GIVEN = ['Ada', 'Siân', 'Bríd', 'Thomas', 'Margaret', 'Owain', 'Kavitha', 'Zoe'];
const FAMILY = ['Example', 'Rhys-Jones', 'O’Neill', 'Nowak', 'Thompson', 'Baptiste', 'Muller'];
const STREETS = ['Harbour Street', 'Mill Lane', 'The Old Lighthouse', 'Station Road', 'Orchard Close'];
const TOWNS = ['Stainmoor', 'Saltings', 'Northbridge', 'Westerby'];

const of = (list: readonly string[], at: number): string => list[at % list.length] ?? '';
const digits = (at: number, count: number): string => String((at * 7919) % 10 ** count).padStart(count, '0');
const day = (year: number, at: number): string =>
  `${year}-${String(1 + (at % 12)).padStart(2, '0')}-${String(1 + (at % 28)).padStart(2, '0')}`;

/** The event of this number: the same number, the same event. Some 725 bytes. */
export function moved(type: string, at: number): CloudEvent {
  return {
    specversion: '1.0',
    id: `move-${String(at).padStart(9, '0')}`,
    source: SOURCE,
    type,
    subject: `person-${digits(at, 7)}`,
    time: '2026-06-01T09:00:00Z',
    datacontenttype: 'application/json',
    data: {
      reference: `RO-2026-${String(at).padStart(9, '0')}`,
      person: {
        given: of(GIVEN, at),
        family: of(FAMILY, at),
        dateOfBirth: day(1930 + (at % 80), at),
        nationalInsuranceNumber: `QQ${digits(at, 6)}A`,
        nhsNumber: `999${digits(at, 7)}`,
        phone: `01632 ${digits(at, 6)}`,
        email: `person.${digits(at, 7)}@mail.example`,
      },
      from: {
        lines: [`${1 + (at % 199)} ${of(STREETS, at)}`, of(TOWNS, at)],
        postcode: `NS${1 + (at % 9)} ${at % 10}QX`,
      },
      to: {
        lines: [`Flat ${1 + (at % 40)}`, `${1 + (at % 97)} ${of(STREETS, at + 2)}`, of(TOWNS, at + 1)],
        postcode: `WX${1 + (at % 12)} ${at % 10}AB`,
      },
      moved: day(2026, at),
      household: 1 + (at % 6),
      reason: 'Bought or rented another home, in the same area or beyond it',
    },
  };
}

/** What a recipient gets of an event's data. */
export function pick(event: CloudEvent, recipient: keyof typeof PICKS): JsonObject {
  const picked: Record<string, unknown> = {};
  for (const pointer of PICKS[recipient]) {
    const [first = '', second] = pointer.slice(1).split('/');
    const value = event.data[first];
    if (second === undefined) picked[first] = value;
    else {
      const inner = (picked[first] ??= {}) as Record<string, unknown>;
      inner[second] = (value as JsonObject)[second];
    }
  }
  return picked as JsonObject;
}

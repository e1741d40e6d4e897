import { describe, expect, it } from 'vitest';
import { BrokerError } from '@concordat/problem';
import { attributeNames, orderingKey, toCloudEvent } from './cloud-event.js';
import type { Json, JsonObject } from './parse.js';

const event = (members: JsonObject = {}): JsonObject => ({
  specversion: '1.0',
  id: 'a-1',
  source: 'urn:register-office',
  type: 'death.registered',
  data: { name: 'Ada' },
  ...members,
});

const without = (name: string): JsonObject =>
  Object.fromEntries(Object.entries(event()).filter(([member]) => member !== name));

function refusal(value: Json): string {
  try {
    toCloudEvent(value);
  } catch (error) {
    if (error instanceof BrokerError && error.code === 'not-a-cloudevent') return error.message;
    throw error;
  }
  return 'taken';
}

describe('what is an event', () => {
  it.each<JsonObject>([
    {},
    { subject: 'entry-7', time: '2026-04-01T09:30:00.5+01:00', datacontenttype: 'application/json' },
    { dataschema: 'https://example.org/schema' },
    { data: {} },
    { partitionkey: 'entry-7', sequence: 4, sampled: true, traceparent: '00-0-0-00' },
    { a2345678901234567890: 'as long as a name may be' },
    { constructor: 'an extension like any other' },
    { id: 'x'.repeat(1024) },
  ])('%j', (members) => {
    expect(toCloudEvent(event(members))).toEqual(event(members));
  });
});

describe('what is none', () => {
  it.each<Json>([null, true, 1, 'event', [], [event()], {}])('%j', (value) =>
    expect(refusal(value)).not.toBe('taken'),
  );

  it.each(['specversion', 'id', 'source', 'type', 'data'])('one without %s', (name) =>
    expect(refusal(without(name))).toContain(name),
  );

  it.each<[string, Json]>([
    ['specversion', '0.3'],
    ['specversion', '1.0.2'],
    ['specversion', 1],
    ['id', ''],
    ['id', 1],
    ['id', null],
    ['id', 'x'.repeat(1025)],
    ['id', 'a\nb'],
    ['id', 'a\u0000'],
    ['id', 'a\u007f'],
    ['id', 'a\u0085'],
    ['source', { toString: 'urn:x' }],
    ['source', ['urn:register-office']],
    ['source', 'urn:register-office\n'],
    ['type', false],
    ['subject', ''],
    ['subject', { name: 'Ada' }],
    ['time', '2026-04-01'],
    ['time', '2026-02-30T00:00:00Z'],
    ['time', '1 April 2026'],
    ['time', 1775035800],
    ['datacontenttype', 'text/xml'],
    ['datacontenttype', 'application/json; charset=latin-1'],
    ['data', null],
    ['data', 'eyJ9'],
    ['data', []],
    ['data_base64', 'e30='],
    ['Subject', 'x'],
    ['part_key', 'x'],
    ['part-key', 'x'],
    ['a23456789012345678901', 'one letter too long'],
    ['', 'x'],
    ['é', 'x'],
    ['extension', null],
    ['extension', 1.5],
    ['extension', 2147483648],
    ['extension', { a: 1 }],
    ['extension', ['a']],
    ['extension', ''],
    ['extension', 'x'.repeat(1025)],
    ['extension', 'a\r\nb'],
  ])('%s = %j', (name, value) => expect(refusal(event({ [name]: value }))).not.toBe('taken'));

  it('is refused without its values being said', () => {
    const messages = [
      refusal(event({ subject: 'secret\n' })),
      refusal(event({ time: 'secret' })),
      refusal(event({ datacontenttype: 'secret' })),
      refusal(event({ secret_name: 'x' })),
    ];
    for (const message of messages) expect(message).not.toContain('secret');
  });
});

it('all members but data are attributes', () => {
  expect(attributeNames(toCloudEvent(event({ subject: 's' }))).sort()).toEqual([
    'id',
    'source',
    'specversion',
    'subject',
    'type',
  ]);
});

describe('the ordering key', () => {
  const key = (members: JsonObject): string => orderingKey(toCloudEvent(event(members)));

  it('is that of the partition key, else of the subject, else of the event', () => {
    expect(key({ partitionkey: 'p', subject: 's' })).toBe(key({ partitionkey: 'p', subject: 't' }));
    expect(key({ subject: 's', id: '1' })).toBe(key({ subject: 's', id: '2' }));
    expect(key({ id: '1' })).not.toBe(key({ id: '2' }));
  });

  it('never runs two sources together', () => {
    expect(key({ source: 'urn:a', subject: 'b' })).not.toBe(key({ source: 'urn:ab', subject: 'x' }));
    expect(key({ source: 'urn:a', subject: 'bc' })).not.toBe(key({ source: 'urn:ab', subject: 'c' }));
  });

  it('takes a partition key that is no text for none', () => {
    expect(key({ partitionkey: 5, subject: 's' })).toBe(key({ subject: 's' }));
  });
});

import { expect, it } from 'vitest';
import type { CloudEvent } from '@concordat/record';
import { entryId } from './audit-entry.js';
import { auditRecords } from './audit-records.js';
import { decodeBlock } from './block.js';
import { eventKey } from './messages.js';
import { topics, topicSpecs } from './topics.js';

const event = (attributes: Partial<CloudEvent>): CloudEvent => ({
  specversion: '1.0',
  id: '1',
  source: 'urn:a',
  type: 't',
  data: {},
  ...attributes,
});

it('the key of an event is that of its ordering, and does not show its subject', () => {
  const key = eventKey(event({ subject: 'Ada Example' }));
  expect(key).toMatch(/^[A-Za-z0-9_-]{22}$/u);
  expect(key).toBe(eventKey(event({ subject: 'Ada Example', id: '2' })));
  expect(key).not.toBe(eventKey(event({ subject: 'Ada Example', source: 'urn:b' })));
  expect(key).not.toBe(eventKey(event({ subject: 'Ben Example' })));
});

it('an entry’s id comes of its parts, which never run together', () => {
  expect(entryId('a', 'b')).toBe(entryId('a', 'b'));
  expect(new Set([entryId('a', 'b'), entryId('ab'), entryId('a', 'b', ''), entryId('b', 'a')]).size).toBe(4);
});

it('audit records keep the order of their items', () => {
  const items = Array.from({ length: 2500 }, (_, index) => ({ entry: { id: String(index) } }));
  const records = auditRecords(items as never);
  expect(records.map(({ topic, key }) => [topic, key])).toEqual(Array(3).fill([topics.audit, 'audit']));
  expect(records.flatMap(({ value }) => decodeBlock(value))).toEqual(items);
});

it('the trail and the register have one order: one partition each', () => {
  const partitions = Object.fromEntries(topicSpecs(6).map((spec) => [spec.name, spec.partitions]));
  expect(partitions).toEqual({ events: 6, disclosures: 6, audit: 1, agreements: 1 });
});

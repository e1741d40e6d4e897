import { expect, it } from 'vitest';
import type { CloudEvent } from '@concordat/record';
import { entryId } from './audit-entry.js';
import { auditRecords } from './audit-records.js';
import { decodeBlock } from './block.js';
import { partitionOfEvent } from './messages.js';
import { topics, topicSpecs } from './topics.js';

const event = (attributes: Partial<CloudEvent>): CloudEvent => ({
  specversion: '1.0',
  id: '1',
  source: 'urn:a',
  type: 't',
  data: {},
  ...attributes,
});

it('events of one ordering key go to one partition, others are spread', () => {
  const place = (attributes: Partial<CloudEvent>): number => partitionOfEvent(event(attributes), 6);
  expect(place({ subject: 'Ada Example' })).toBe(place({ subject: 'Ada Example', id: '2' }));
  const counts = new Map<number, number>();
  for (let id = 0; id < 6_000; id += 1) {
    const at = place({ id: String(id) });
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  for (const count of counts.values()) expect(count).toBeGreaterThan(800);
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

import { expect, it } from 'vitest';
import { afterDuration } from './duration.js';

it.each([
  ['2026-01-15T10:00:00Z', 'P3M', '2026-04-15T10:00:00.000Z'],
  ['2026-01-31T10:00:00Z', 'P1M', '2026-02-28T10:00:00.000Z'],
  ['2024-02-29T00:00:00Z', 'P1Y', '2025-02-28T00:00:00.000Z'],
  ['2026-11-30T00:00:00Z', 'P1Y3M', '2028-02-29T00:00:00.000Z'],
  ['2026-12-31T23:59:59Z', 'P1D', '2027-01-01T23:59:59.000Z'],
  ['2026-03-01T00:00:00Z', 'P2W', '2026-03-15T00:00:00.000Z'],
  ['2026-03-01T00:00:00Z', 'PT36H', '2026-03-02T12:00:00.000Z'],
  ['2026-03-01T00:00:00Z', 'P1DT1H1M1S', '2026-03-02T01:01:01.000Z'],
  ['2026-03-01T00:00:00Z', 'P0D', '2026-03-01T00:00:00.000Z'],
])('%s and %s is %s', (moment, duration, end) => {
  expect(afterDuration(new Date(moment), duration).toISOString()).toBe(end);
});

it.each(['', 'P3', '3M', 'P-1D', 'P1.5D', 'three months'])('%j is no duration', (text) => {
  expect(() => afterDuration(new Date(0), text)).toThrow(TypeError);
});

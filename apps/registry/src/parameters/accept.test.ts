import { expect, it } from 'vitest';
import { preferred } from './accept.js';

const OFFERED = ['text/plain', 'text/html', 'application/json'] as const;

it.each([
  [undefined, 'text/plain'],
  ['', 'text/plain'],
  ['*/*', 'text/plain'],
  ['text/html', 'text/html'],
  ['application/json', 'application/json'],
  ['Application/JSON; charset=utf-8', 'application/json'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
  ['text/*;q=0.5, application/json;q=0.4', 'text/plain'],
  ['text/plain;q=0.1, text/html;q=0.2', 'text/html'],
  ['text/plain;q=0, */*;q=0.1', 'text/html'],
  ['image/png', 'text/plain'],
  ['text/html;q=x', 'text/plain'],
  [';;,,', 'text/plain'],
])('of %j it takes %s', (accept, type) => expect(preferred(accept, OFFERED)).toBe(type));

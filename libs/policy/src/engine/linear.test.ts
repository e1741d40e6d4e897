import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { context, EVENT_TYPE } from '../program/example-program.js';
import { Engine } from './engine.js';
import { bytesOf, eventOf, list, object, programFor, TEXT } from './hostile-exchange.js';

/**
 * Time for an event must grow with its length and no faster, or one publisher can stop the others. Between the two
 * sizes linear time grows 16 times and quadratic time 256 times; 100 leaves room for caches and for other processes. The
 * larger ones still fit the scanner's room: beyond it, the slower parser reads them, which is no matter of proportion.
 */
const SMALL = 8 * 1024;
const TIMES = 16;
const TOO_MUCH = 100;

const schema = object({
  name: TEXT,
  number: { type: 'number' },
  list: list(object({ a: TEXT, b: TEXT })),
  texts: list(TEXT),
});

const engine = new Engine(
  [
    programFor('pensions', schema, ['/name', '/number', '/list', '/texts']),
    programFor('council', schema, ['/list/0/a', '/texts/999999', ['subject', { pseudonym: 'person' }]]),
    programFor(
      'health',
      schema,
      [
        ['/name', { generalise: 'initial' }],
        ['/list/*/b', 'presence'],
      ],
      {
        rows: {
          any: [
            { field: '/list/100000/a', is: 'present' },
            { field: '/name', is: 'one-of', value: ['x'] },
          ],
        },
      },
    ),
    programFor('tax', schema, [['/name', { generalise: 'month' }]], {
      rows: { not: { field: '/name', is: 'in-postcode-district', value: ['NS1'] } },
    }),
    programFor('police', schema, [['/name', { generalise: 'postcode-area' }]], {
      rows: { not: { field: '/name', is: 'on-or-after', value: '1951' } },
    }),
  ],
  context.secret,
);

const START = `{"specversion":"1.0","id":"1","source":"urn:x","type":"${EVENT_TYPE}",`;
const again = (piece: string, size: number): string => piece.repeat(Math.ceil(size / piece.length));
const listOf = (piece: string, size: number): string => again(`${piece},`, size).slice(0, -1);
const data = (members: string): string => `${START}"data":{${members}}}`;
const numbered = (size: number, write: (index: number) => string): string => {
  const parts: string[] = [];
  for (let length = 0, index = 0; length < size; index += 1) {
    const part = write(index);
    parts.push(part);
    length += part.length + 1;
  }
  return parts.join(',');
};
/** Names of one length with one hash, which is that of no name asked about. */
const colliding = (index: number): string =>
  Array.from(index.toString(2).padStart(20, '0'), (bit) => (bit === '0' ? 'Aa' : 'BB')).join('');

it.each<[string, (size: number) => string]>([
  ['a long list of empty objects', (size) => data(`"list":[${listOf('{}', size)}]`)],
  ['a long list of objects', (size) => data(`"list":[${listOf('{"a":"x","c":[1]}', size)}]`)],
  ['a long list of texts', (size) => data(`"texts":[${listOf('"x"', size)}]`)],
  ['a long list that nobody asks about', (size) => data(`"x":[${listOf('{"a":[]}', size)}]`)],
  ['a long text', (size) => data(`"name":"${again('x', size)}"`)],
  ['a long text of digits', (size) => data(`"name":"${again('1', size)}"`)],
  ['a long fraction of a second', (size) => data(`"name":"1951-03-09T00:00:00.${again('1', size)}"`)],
  ['a long text of escapes', (size) => data(`"name":"${again('\\u00e9', size)}"`)],
  ['a long text beyond ASCII', (size) => data(`"name":"${again('é', size / 2)}"`)],
  ['a long attribute', (size) => `${START}"subject":"${again('\\"', size)}","data":{}}`],
  ['a long number', (size) => data(`"number":${again('1', size)}`)],
  ['a long fraction', (size) => data(`"number":0.${again('0', size)}1`)],
  ['many members', (size) => data(numbered(size, (index) => `"m${index}":1`))],
  ['many numbered members', (size) => data(numbered(size, (index) => `"${index * 7}":1`))],
  ['many members with one hash', (size) => data(numbered(size, (index) => `"${colliding(index)}":1`))],
  ['one member many times', (size) => data(listOf('"name":"x"', size))],
  ['one name that nobody asks about many times', (size) => data(listOf('"x":1', size))],
  ['many members around it', (size) => `${START}${numbered(size, (index) => `"m${index}":1`)},"data":{}}`],
  ['a list that must be parsed', (size) => data(`"list": [${listOf('{}', size)}]`)],
  ['space', (size) => data(`"list":${again(' ', size)}[]`)],
  ['brackets', (size) => data(`"x":${again('[', size)}`)],
  ['a text without an end', (size) => data(`"x":"${again('\\\\', size)}`)],
])('%s takes time in proportion', { timeout: 60_000 }, (_, write) => {
  const [small, large] = [write(SMALL), write(SMALL * TIMES)].map((text) => Buffer.from(text));
  const smallest = fastest(small!, 30);
  // A clock that is coarse beside the small one must not make a ratio.
  expect(fastest(large!, 6) / Math.max(smallest, 0.1)).toBeLessThan(TOO_MUCH);
});

/** Milliseconds. Of several times the least, since whatever else runs only adds. */
function fastest(bytes: Uint8Array, runs: number): number {
  let least = Infinity;
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    try {
      engine.decide([bytes], context);
    } catch {
      // What is refused must be refused in good time as well.
    }
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

it('a large event leaves no more behind than the room to read the next', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const [objects, texts] = ['"list":[{}', '"texts":["x"'].map((start) =>
    Buffer.from(data(`${start}${again(start.endsWith('}') ? ',{}' : ',"x"', 1024 * 1024)}]`)),
  );
  const reader = new Engine([programFor('pensions', schema, ['/list', '/texts'])], context.secret);
  const before = used();
  for (let turn = 0; turn < 5; turn += 1)
    for (const bytes of [objects!, texts!]) reader.decide([bytes], context);
  reader.decide([bytesOf(eventOf({ name: 'Ada' }))], context);
  const kept = used() - before;
  // The tape has at most 2^20 numbers of four bytes.
  expect(kept).toBeLessThan(12 * 1024 * 1024);
  expect(reader.decide([bytesOf(eventOf({ texts: [] }))], context)[0]?.[0]?.outcome).toBe('released');
});

import { randomUUID } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokerError } from '@concordat/problem';
import { toByteText } from '@concordat/record';
import { BlockWriter, decodeBlock, MAX_BLOCK_ITEMS } from './block.js';
import { decodeEvents, encodeEvents } from './event-block.js';
import type { AcceptedEvent } from './messages.js';

const accepted = (event: unknown, more: Partial<AcceptedEvent> = {}): AcceptedEvent => ({
  receipt: randomUUID(),
  accepted: '2026-04-01T09:30:00.000Z',
  context: { provider: 'a', type: 't', schema: 'sha256:00' },
  event: JSON.stringify(event),
  ...more,
});

async function decodeAll(blocks: readonly Buffer[]): Promise<AcceptedEvent[]> {
  const events = await Promise.all(blocks.map((block) => decodeEvents(block)));
  return events.flat().map(({ traceparent, context, event, ...rest }) => ({
    ...rest,
    ...(traceparent === '' ? {} : { traceparent }),
    context: JSON.parse(Buffer.from(context, 'latin1').toString()) as AcceptedEvent['context'],
    event: Buffer.from(event).toString(),
  }));
}

const failureOf = (block: Buffer): Promise<unknown> => decodeEvents(block).catch((error: unknown) => error);

describe('blocks of events', () => {
  it('give back what was put in, in order, whatever an event says', async () => {
    const events = fc.array(
      fc.record({ event: fc.jsonValue(), type: fc.string(), provider: fc.string({ unit: 'binary' }) }),
    );
    await fc.assert(
      fc.asyncProperty(events, async (items) => {
        const given = items.map(({ event, type, provider }, index) => {
          const context = {
            provider: provider.toWellFormed(),
            type: type.toWellFormed(),
            schema: 'sha256:1',
          } as const;
          const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
          return accepted(event, index % 2 === 0 ? { context } : { context, traceparent });
        });
        expect(await decodeAll(await encodeEvents(given))).toEqual(given);
      }),
    );
  });

  it('are none for no events, and hold so many and no more', async () => {
    expect(await encodeEvents([])).toEqual([]);
    const events = Array.from({ length: MAX_BLOCK_ITEMS + 1 }, (_, index) => accepted({ index }));
    const blocks = await encodeEvents(events);
    expect(blocks).toHaveLength(2);
    expect(await decodeAll(blocks)).toEqual(events);
  });

  it('large ones, which another thread compresses, give back the same', async () => {
    const events = Array.from({ length: 300 }, (_, index) =>
      accepted({ index, text: 'é€😀\t\n'.repeat(500) }),
    );
    expect(await decodeAll(await encodeEvents(events))).toEqual(events);
  });

  const line = (...parts: string[]): Buffer => zstdCompressSync(Buffer.from(parts.join('\t')));
  const [receipt, time] = ['0d3f0a52-9c3e-4c1f-8d65-0c8a3c1f2b11', '2026-04-01T09:30:00Z'];
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('secret')],
    ['an empty line', zstdCompressSync(Buffer.from('\n'))],
    ['a line of four parts', line(receipt, time, '', '{}')],
    ['a receipt that would become more JSON', line('secret","a":"', time, '', '{}', '{}')],
    ['a time that is none', line(receipt, '"secret', '', '{}', '{}')],
    ['a trace that is none', line(receipt, time, 'secret', '{}', '{}')],
  ])('%s is refused, and not quoted', async (_, bytes) => {
    const error = await failureOf(bytes);
    expect(error).toBeInstanceOf(BrokerError);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret');
  });

  it('a part of a block is refused', async () => {
    const [block] = await encodeEvents(Array.from({ length: 20 }, (_, index) => accepted({ index })));
    for (let length = 0; length < block!.length; length += 7) {
      expect(await failureOf(block!.subarray(0, length)), `${length} bytes`).toBeInstanceOf(BrokerError);
    }
  });

  it('lines of JSON make the same blocks as the items would', async () => {
    const writer = new BlockWriter();
    for (const text of ['{"a":"é"}', '{"b":"😀"}']) writer.add([toByteText(text)]);
    const [block] = await writer.end();
    expect(decodeBlock(block!)).toEqual([{ a: 'é' }, { b: '😀' }]);
  });
});

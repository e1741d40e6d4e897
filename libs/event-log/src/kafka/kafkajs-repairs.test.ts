import { describe, expect, it } from 'vitest';
import { hideAborted, type FetchedMessage } from './kafkajs-repairs.js';

const data = (offset: number, producerId: string, inTransaction = true): FetchedMessage => ({
  offset: offset.toString(),
  key: Buffer.from('key'),
  isControlRecord: false,
  batchContext: { producerId, inTransaction },
});
const marker = (offset: number, producerId: string, type: 'abort' | 'commit'): FetchedMessage => ({
  offset: offset.toString(),
  key: Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1]),
  isControlRecord: true,
  batchContext: { producerId, inTransaction: true },
});
const aborted = (producerId: string, firstOffset: number) => ({
  producerId,
  firstOffset: firstOffset.toString(),
});

function visible(abortedTransactions: ReturnType<typeof aborted>[], messages: FetchedMessage[]): number[] {
  const partition = { abortedTransactions, messages };
  hideAborted(partition);
  expect(partition.abortedTransactions).toEqual([]);
  return messages.filter(({ isControlRecord }) => !isControlRecord).map(({ offset }) => Number(offset));
}

describe('aborted transactions', () => {
  it('are hidden when they are listed in the order in which they ended', () => {
    const messages = [
      data(0, 'a'),
      data(1, 'b'),
      data(2, 'c'),
      marker(3, 'b', 'abort'),
      marker(4, 'a', 'abort'),
      data(5, 'b'),
      data(6, 'a'),
      marker(7, 'c', 'commit'),
    ];
    expect(visible([aborted('b', 1), aborted('a', 0)], messages)).toEqual([2, 5, 6]);
  });

  it('are hidden when several have begun before the first record that was fetched', () => {
    const messages = [data(10, 'a'), data(11, 'b'), marker(12, 'a', 'abort'), marker(13, 'b', 'abort')];
    expect(visible([aborted('a', 3), aborted('b', 5)], messages)).toEqual([]);
  });

  it('hide nothing of what the same producer has committed before or after', () => {
    const messages = [
      data(0, 'a'),
      marker(1, 'a', 'commit'),
      data(2, 'a'),
      marker(3, 'a', 'abort'),
      data(4, 'a'),
      marker(5, 'a', 'commit'),
      data(6, 'a', false),
    ];
    expect(visible([aborted('a', 2)], messages)).toEqual([0, 4, 6]);
  });

  it('end at their own marker, not at a record whose key looks like one', () => {
    const lookalike = { ...data(1, 'a'), key: Buffer.from([0, 0, 0, 0]) };
    const messages = [data(0, 'a'), lookalike, data(2, 'a'), marker(3, 'a', 'abort')];
    expect(visible([aborted('a', 0)], messages)).toEqual([]);
  });
});

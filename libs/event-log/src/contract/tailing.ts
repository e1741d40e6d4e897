import { expect, it } from 'vitest';
import type { ContractContext } from './contract.js';
import { collect, numbered, until } from './observe.js';

export function tailing(context: () => ContractContext): void {
  it('tails the newest record of each key of a compacted topic, then what follows', async () => {
    const { open, name } = context();
    const log = await open();
    const topic = name('compacted');
    await log.ensureTopics([{ name: topic, partitions: 2, compacted: true }]);
    await log.append(topic, numbered(500, 10));
    await log.append(topic, [{ key: 'key-3', value: null }]);

    const newest = new Map<string, string>();
    const tail = await (
      await open()
    ).tail({
      topic,
      handler: ({ key, value }) => {
        if (value === null) newest.delete(key);
        else newest.set(key, value.toString());
      },
    });
    await tail.caughtUp;
    const expected = numbered(500, 10).map(({ key, value }) => [key, value?.toString()] as const);
    const state = new Map(expected);
    state.delete('key-3');
    expect(newest).toEqual(state);

    await log.append(topic, [{ key: 'key-4', value: Buffer.from('later') }]);
    await until('what followed', () => newest.get('key-4') === 'later');
    await log.append(topic, [{ key: 'key-4', value: null }]);
    await until('the removal', () => !newest.has('key-4'));
  });

  it('has caught up with an empty topic at once', async () => {
    const { open, name } = context();
    const log = await open();
    const topic = name('empty');
    await log.ensureTopics([{ name: topic, partitions: 3, compacted: true }]);
    const tail = await log.tail({ topic, handler: () => undefined });
    await tail.caughtUp;
    await tail.stop();
    await tail.stop();
  });

  it('gives every instance all records, and wakes it soon after an append', async () => {
    const { open, name } = context();
    const [writer, one, two] = await Promise.all([open(), open(), open()]);
    const topic = name('topic');
    await writer.ensureTopics([{ name: topic, partitions: 1 }]);
    const copies = await Promise.all([collect(one, topic), collect(two, topic)]);
    await writer.append(topic, numbered(10, 1));
    await until('both', () => copies.every(({ length }) => length === 10));
    const waits: number[] = [];
    for (let round = 1; round <= 5; round += 1) {
      const appended = performance.now();
      await writer.append(topic, numbered(1, 1, 10 * round));
      await until('the next', () => copies.every(({ length }) => length === 10 + round));
      waits.push(performance.now() - appended);
    }
    // Without wake-ups this would be about half of a poll, time after time.
    expect(Math.min(...waits)).toBeLessThan(300);
  });

  it('fails a tail whose handler throws', async () => {
    const { open, name } = context();
    const log = await open();
    const topic = name('topic');
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    await log.append(topic, numbered(1, 1));
    const tail = await log.tail({
      topic,
      handler: () => {
        throw new Error('cannot take this');
      },
    });
    await expect(tail.failed).rejects.toThrow('cannot take this');
    await expect(tail.caughtUp).rejects.toThrow('cannot take this');
  });
}

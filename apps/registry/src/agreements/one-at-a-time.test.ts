import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { OneAtATime } from './one-at-a-time.js';

it('runs one after another what has one name, also after a failure, and the rest side by side', async () => {
  const queue = new OneAtATime();
  const running = new Map<string, number>();
  let most = 0;
  const work = (name: string, index: number) => async (): Promise<number> => {
    const now = (running.get(name) ?? 0) + 1;
    expect(now).toBe(1);
    running.set(name, now);
    most = Math.max(most, [...running.values()].filter((count) => count > 0).length);
    await pause(1);
    running.set(name, 0);
    if (index % 3 === 0) throw new Error(`${index}`);
    return index;
  };
  const results = await Promise.allSettled(
    Array.from({ length: 30 }, (_, index) => {
      const name = index % 2 === 0 ? 'even' : 'odd';
      return queue.run(name, work(name, index));
    }),
  );
  for (const [index, result] of results.entries()) {
    expect(result).toMatchObject(index % 3 === 0 ? { reason: new Error(`${index}`) } : { value: index });
  }
  expect(most).toBe(2);
});

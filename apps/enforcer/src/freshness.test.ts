import { setTimeout as pause } from 'node:timers/promises';
import { createLogger } from '@concordat/telemetry';
import { describe, expect, it, vi } from 'vitest';
import { Freshness } from './freshness.js';

const logger = createLogger('test', 'silent');
const never = new AbortController().signal;

describe('freshness', () => {
  it('lets releases pass while the registry is heard', async () => {
    await new Freshness(() => 999, 1000, logger).wait(never);
  });

  it('holds them from the first moment on that it has not been heard at all', () => {
    expect(new Freshness(() => Infinity, 1000, logger).isFresh()).toBe(false);
  });

  it('holds them while it is silent, and lets them go when it is heard again', async () => {
    let silence = 1001;
    let passed = false;
    const waiting = new Freshness(() => silence, 1000, logger).wait(never).then(() => (passed = true));
    await pause(400);
    expect(passed).toBe(false);
    silence = 0;
    await waiting;
  });

  it('raises the alarm once, and without any event, when the registry falls silent', async () => {
    const said: string[] = [];
    const listening = createLogger('test', 'silent');
    listening.error = (_: unknown, message?: string) => said.push(message ?? '');
    listening.warn = (message: unknown) => said.push(String(message));
    let silence = 0;
    const end = new Freshness(() => silence, 100, listening).watch();
    await pause(300);
    expect(said).toEqual([]);
    silence = 101;
    await vi.waitFor(() => expect(said).toHaveLength(1), 10_000);
    await pause(600);
    expect(said).toEqual(['the registry is silent: nothing is released until it is heard']);
    silence = 0;
    await vi.waitFor(() => expect(said).toHaveLength(2), 10_000);
    expect(said[1]).toBe('the registry can be heard again: releases go on');
    end();
  });

  it('ends the wait when the worker stops, without letting anything go', async () => {
    const stopping = new AbortController();
    const waiting = new Freshness(() => Infinity, 1000, logger).wait(stopping.signal);
    stopping.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });
});

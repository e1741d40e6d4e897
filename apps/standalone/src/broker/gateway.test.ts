import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createListener } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from './gateway.js';

const servers: Server[] = [];
let gateway: Gateway | undefined;
afterEach(async () => {
  await gateway?.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Said {
  readonly status?: number;
  readonly body: unknown;
}

/** An app that says one thing at each path. */
async function app(name: string, paths: Readonly<Record<string, Said>>) {
  const server = createServer((request, response) => {
    const said = paths[request.url ?? ''];
    response.writeHead(said?.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(said?.body ?? { path: request.url }));
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { name, port: (server.address() as { port: number }).port };
}

async function freePort(): Promise<number> {
  const server = createListener().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function started(apps: readonly { name: string; port: number }[]) {
  const port = await freePort();
  gateway = await startGateway([{ prefix: '/v1/events', port: apps[0]!.port }], apps, port, '127.0.0.1');
  return async (path: string, method = 'GET') => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return { status: answer.status, body: await answer.json() };
  };
}

const ready = (name: string): Record<string, Said> => ({
  '/health/ready': { body: { status: 'ready', checks: { [`${name}/database`]: true } } },
  '/health/lanes': { body: { lanes: [{ group: name, position: '7' }] } },
});

describe('the gateway’s health', () => {
  it('is that of all the apps', async () => {
    const ask = await started([await app('intake', ready('intake')), await app('ledger', ready('ledger'))]);
    expect(await ask('/health/ready')).toEqual({
      status: 200,
      body: { status: 'ready', checks: { 'intake/database': true, 'ledger/database': true } },
    });
    expect(await ask('/health/lanes?now')).toEqual({
      status: 200,
      body: {
        lanes: [
          { group: 'intake', position: '7' },
          { group: 'ledger', position: '7' },
        ],
      },
    });
  });

  it('is not ready when one app is not', async () => {
    const checks = { 'ledger/database': false, 'ledger/log': true };
    const notReady = { status: 503, body: { status: 'not ready', checks } };
    const ask = await started([
      await app('intake', ready('intake')),
      await app('ledger', { '/health/ready': notReady }),
    ]);
    expect(await ask('/health/ready')).toEqual({
      status: 503,
      body: { status: 'not ready', checks: { 'intake/database': true, ...checks } },
    });
  });

  it('names an app that does not answer; the gateway itself is live', async () => {
    const ask = await started([
      await app('intake', ready('intake')),
      { name: 'delivery', port: await freePort() },
    ]);
    expect(await ask('/health/ready')).toEqual({
      status: 503,
      body: { status: 'not ready', checks: { 'intake/database': true, 'delivery/answers': false } },
    });
    expect((await ask('/health/lanes')).body).toEqual({
      lanes: [{ group: 'intake', position: '7' }],
      unanswered: ['delivery'],
    });
    expect(await ask('/health/live')).toEqual({ status: 200, body: { status: 'live' } });
  });

  it('leaves the other paths to their apps', async () => {
    const ask = await started([await app('intake', {})]);
    expect(await ask('/v1/events/1')).toEqual({ status: 200, body: { path: '/v1/events/1' } });
    expect((await ask('/health/other')).status).toBe(404);
    expect((await ask('/health/live', 'POST')).status).toBe(404);
  });
});

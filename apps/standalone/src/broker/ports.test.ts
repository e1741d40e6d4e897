import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { checkPorts } from './ports.js';

const HOST = '127.0.0.1';
const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function take(port: number): Promise<number> {
  const server = createServer().listen(port, HOST);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

describe('the ports', () => {
  it('are free again once they have been found free', async () => {
    const port = await take(0);
    servers.pop()?.close();
    await checkPorts({ port, host: HOST, processes: false });
    expect(await take(port)).toBe(port);
  });

  it('in use are named, with another that is free', async () => {
    const port = await take(0);
    const found = await checkPorts({ port, host: HOST, processes: false }).catch(
      (error: unknown) => (error as Error).message,
    );
    const [, named, other] = /^Port (\d+) is in use\. Choose another: npm start -- --port (\d+)$/u.exec(
      found!,
    )!;
    expect(Number(named)).toBe(port);
    expect(Number(other)).not.toBe(port);
    await checkPorts({ port: Number(other), host: HOST, processes: false });
  });

  it('are seven with a process for each app', async () => {
    const last = await take(0);
    const wanted = { port: last - 6, host: HOST };
    await expect(checkPorts({ ...wanted, processes: true })).rejects.toThrow(
      / is in use \(--processes needs \d+ to \d+\)\. Choose another: npm start -- --port \d+$/u,
    );
    await expect(checkPorts({ port: last, host: HOST, processes: false })).rejects.toThrow(`Port ${last} `);
  });

  it.each([
    ['192.0.2.1', 'is not an address of this machine'],
    ['nowhere.invalid', 'is not known here'],
  ])('at the host %s: says that it %s', async (host, why) => {
    await expect(checkPorts({ port: 9399, host, processes: false })).rejects.toThrow(`${host} ${why}`);
  });
});

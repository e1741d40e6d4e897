import { once } from 'node:events';
import { createServer } from 'node:net';
import type { StandaloneOptions } from '../options.js';
import { PlainError } from '../plain-error.js';
import { apps } from './apps.js';

type Wanted = Pick<StandaloneOptions, 'port' | 'host' | 'processes'>;

const HIGHEST_PORT = 65_535;

/** The highest `--port`: with a process for each app, theirs come after it. */
export const highestPort = (processes: boolean): number => HIGHEST_PORT - (processes ? apps.length : 0);

/**
 * Binds every port that the broker is going to listen on, and lets it go again: a port that is taken is then
 * found before a folder or a database is made. Whoever takes one in the moment between is found by `listen`.
 *
 * @throws {PlainError} that says which it is and what to do
 */
export async function checkPorts(wanted: Wanted): Promise<void> {
  for (const { port, host } of addressesOf(wanted)) {
    const code = await whyNot(port, host);
    if (code === undefined) continue;
    throw new PlainError(await explain(code, port, wanted));
  }
}

function addressesOf({ port, host, processes }: Wanted): { port: number; host: string }[] {
  const behind = processes ? apps.map((_, at) => ({ port: port + 1 + at, host: '127.0.0.1' })) : [];
  return [{ port, host }, ...behind];
}

/** @returns the error code of an address that cannot be listened on */
async function whyNot(port: number, host: string): Promise<string | undefined> {
  const server = createServer();
  try {
    await once(server.listen(port, host), 'listening');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

async function explain(code: string, port: number, wanted: Wanted): Promise<string> {
  switch (code) {
    case 'EADDRINUSE':
    case 'EACCES': {
      const what = code === 'EACCES' ? 'is not for this user' : 'is in use';
      const last = wanted.port + apps.length;
      const range = wanted.processes ? ` (--processes needs ${wanted.port} to ${last})` : '';
      return `Port ${port} ${what}${range}. Choose another: npm start -- --port ${await anotherPort(wanted)}`;
    }
    case 'EADDRNOTAVAIL':
      return `${wanted.host} is not an address of this machine. Choose another with --host, or leave it out`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The address ${wanted.host} is not known here. Choose another with --host, or leave it out`;
    default:
      return `The broker cannot listen on ${wanted.host}, port ${port} (${code})`;
  }
}

/** A port that would do, with those after it. One below 1024 may be open to the administrator only. */
async function anotherPort(wanted: Wanted): Promise<number> {
  const lowest = Math.max(wanted.port, 8080);
  for (let port = lowest + 10; port <= highestPort(wanted.processes); port += 10) {
    const reasons = await Promise.all(
      addressesOf({ ...wanted, port }).map((address) => whyNot(address.port, address.host)),
    );
    if (reasons.every((reason) => reason === undefined)) return port;
  }
  return 8080;
}

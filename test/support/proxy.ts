import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

/** One origin for several apps, as an ingress makes it: the path decides who answers. */
export interface Proxy {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param port to listen on
 * @param portOf who answers for a path; `undefined` for nobody
 */
export async function startProxy(port: number, portOf: (path: string) => number | undefined): Promise<Proxy> {
  const server = createServer((incoming, outgoing) => pass(incoming, outgoing, portOf(incoming.url ?? '/')));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, port: number | undefined): void {
  const fail = (): void => {
    // In the middle of an answer there is nothing to say but that it is broken.
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end();
  };
  if (port === undefined) return fail();
  const { method, url, headers } = incoming;
  // Without an agent each request has a connection of its own: a killed app leaves no half-dead one behind.
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers, agent: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', fail);
    answer.pipe(outgoing);
  });
  onward.on('error', fail);
  incoming.on('error', () => onward.destroy());
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

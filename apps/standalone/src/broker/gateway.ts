import {
  Agent,
  createServer,
  request as forward,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';

/** Which app answers for which paths; the first that fits counts. */
export interface Route {
  readonly prefix: string;
  /** The port of the app, on the same machine. */
  readonly port: number;
}

export interface Gateway {
  close(): Promise<void>;
}

/**
 * Gives apps that run as processes of their own one origin, as standalone has it. For trying the broker out:
 * in production that is the work of a reverse proxy.
 *
 * @throws the error of `listen`, such as a port in use
 */
export async function startGateway(routes: readonly Route[], port: number, host: string): Promise<Gateway> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, answer) => {
    const route = routes.find(({ prefix }) => incoming.url?.startsWith(prefix));
    if (route === undefined) answerWith(answer, 404, 'not-found', 'There is nothing here');
    else passOn(incoming, answer, route.port, agent);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function passOn(incoming: IncomingMessage, answer: ServerResponse, port: number, agent: Agent): void {
  const { method, headers, url } = incoming;
  const outgoing = forward({ host: '127.0.0.1', port, method, headers, path: url, agent }, (answered) => {
    answer.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(answer);
  });
  outgoing.once('error', () => {
    if (answer.headersSent) answer.destroy();
    else answerWith(answer, 503, 'unavailable', 'The broker cannot do this now');
  });
  answer.once('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

function answerWith(answer: ServerResponse, status: number, code: string, title: string): void {
  answer.writeHead(status, { 'content-type': 'application/problem+json' });
  answer.end(JSON.stringify({ type: `urn:concordat:problem:${code}`, title, status, detail: `${title}.` }));
}

import {
  Agent,
  createServer,
  request as forward,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { BrokerError, problemOf, type ProblemCode } from '@concordat/problem';
import { lanesOf, readinessOf, type AppOrigin } from './gateway-health.js';

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
 * in production that is the work of a reverse proxy. Its health is that of all the apps.
 *
 * @throws the error of `listen`, such as a port in use
 */
export async function startGateway(
  routes: readonly Route[],
  apps: readonly AppOrigin[],
  port: number,
  host: string,
): Promise<Gateway> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, answer) => {
    const { method, url = '' } = incoming;
    const health = method === 'GET' ? healthOf(url, apps) : undefined;
    const route = routes.find(({ prefix }) => url.startsWith(prefix));
    if (health !== undefined) void health.then((found) => answerHealth(answer, found));
    else if (route === undefined) answerProblem(answer, 'not-found');
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

interface Health {
  readonly status: number;
  readonly body: object;
}

function healthOf(url: string, apps: readonly AppOrigin[]): Promise<Health> | undefined {
  switch (url.split('?')[0]) {
    case '/health/live':
      return Promise.resolve({ status: 200, body: { status: 'live' } });
    case '/health/ready':
      return readinessOf(apps).then((body) => ({ status: body.status === 'ready' ? 200 : 503, body }));
    case '/health/lanes':
      return lanesOf(apps).then((body) => ({ status: 200, body }));
    default:
      return undefined;
  }
}

function answerHealth(answer: ServerResponse, { status, body }: Health): void {
  answer.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  answer.end(JSON.stringify(body));
}

function passOn(incoming: IncomingMessage, answer: ServerResponse, port: number, agent: Agent): void {
  const { method, headers, url } = incoming;
  const outgoing = forward({ host: '127.0.0.1', port, method, headers, path: url, agent }, (answered) => {
    answer.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(answer);
  });
  outgoing.once('error', () => {
    if (answer.headersSent) answer.destroy();
    else answerProblem(answer, 'unavailable');
  });
  answer.once('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

function answerProblem(answer: ServerResponse, code: ProblemCode): void {
  const problem = problemOf(new BrokerError(code));
  answer.writeHead(problem.status, { 'content-type': 'application/problem+json' });
  answer.end(JSON.stringify(problem));
}

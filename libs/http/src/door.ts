import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BrokerError, problemOf, type ProblemCode } from '@concordat/problem';

/** What can be refused from a request's head alone is refused before its body is read. */
export function refuseAtTheDoor(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => done(refusalOf(request)));
}

function refusalOf({ url, method, headers }: FastifyRequest): BrokerError | undefined {
  // Nothing has a name with U+0000 in it, and Postgres fails on such a text: it must not get so far.
  if (url.includes('%00')) return new BrokerError('invalid-parameter', 'The address holds a NUL');
  // Whether the token holds is for the route to say; a body without any is not worth reading.
  if (method === 'POST' && url.startsWith('/v1/') && headers.authorization === undefined) {
    return new BrokerError('no-token');
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    return new BrokerError('unsupported-media-type', 'The body is compressed, which is not taken');
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/iu.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (charset.toLowerCase() !== 'utf-8') {
    return new BrokerError('unsupported-media-type', 'The body is in another charset than UTF-8');
  }
  return undefined;
}

/** Node's refusals, by their codes. */
const SOCKET_CODES: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'head-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'too-slow',
};

/** Answers what is not even HTTP with a problem document too, then closes the connection. */
export function answerBrokenHttp(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(new BrokerError(SOCKET_CODES[error.code ?? ''] ?? 'not-http'));
  const body = JSON.stringify(problem);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

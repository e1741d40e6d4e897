import type { FastifyInstance } from 'fastify';
import { context, contextOf, duration, SpanKind, SpanStatusCode, startSpan } from '@concordat/telemetry';

const requestDuration = duration('http.server.request.duration', 'Duration of HTTP requests');

/**
 * Each request runs in a server span, continued from the caller's `traceparent` if it sends one. The span
 * has the route's pattern, never the address itself, which may hold identifiers.
 */
export function traceRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const traceparent = request.headers['traceparent'];
    const started = performance.now();
    const { span, context: within } = startSpan(`${request.method} ${route}`, {
      parent: contextOf(typeof traceparent === 'string' ? traceparent : undefined),
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': request.method, 'http.route': route },
    });
    reply.raw.once('close', () => {
      const status = reply.raw.statusCode;
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      requestDuration(performance.now() - started, {
        'http.request.method': request.method,
        'http.route': route,
        'http.response.status_code': status,
      });
    });
    context.with(within, done);
  });
}

import 'reflect-metadata';
import { Module, ValidationPipe, type DynamicModule, type ValidationError } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BrokerError, type Finding } from '@concordat/problem';
import { parseStrict } from '@concordat/record';
import type { Logger } from '@concordat/telemetry';
import { answerBrokenHttp, refuseAtTheDoor } from './door.js';
import { addHealthRoutes } from './health.js';
import { NestLogger } from './nest-logger.js';
import type { Part } from './part.js';
import { ProblemFilter, sendProblem } from './problem-filter.js';
import { traceRequests } from './trace-requests.js';

export interface ServeOptions {
  readonly port: number;
  /** Loopback when left out. */
  readonly host?: string;
  readonly logger: Logger;
  /** Bytes; larger bodies are refused unread (default 4 MiB). */
  readonly bodyLimit?: number;
}

/** A server that answers for one part or for several. */
export interface Served {
  readonly url: string;
  /**
   * Ends gracefully: no new requests, open ones answered, then each part finished, the last one first. Safe
   * to call twice.
   */
  stop(): Promise<void>;
  /** Rejects when any part cannot go on. */
  readonly failed: Promise<never>;
}

/** JSON in whatever dress; each route says which of them it takes. */
const JSON_TYPES = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'];

@Module({})
class RootModule {}

/** Serves parts on one port. */
export async function serve(parts: readonly Part[], options: ServeOptions): Promise<Served> {
  const { port, host = '127.0.0.1', logger, bodyLimit = 4 * 1024 * 1024 } = options;
  const adapter = new FastifyAdapter({
    bodyLimit,
    // A server that is stopping answers what it has begun and closes idle connections at once.
    forceCloseConnections: 'idle',
    requestTimeout: 120_000,
    // What Fastify refuses before it has found a route.
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, error, logger),
    clientErrorHandler: answerBrokenHttp,
    routerOptions: { maxParamLength: 300 },
  });
  const root: DynamicModule = {
    module: RootModule,
    imports: parts.flatMap(({ module }) => (module === undefined ? [] : [module])),
  };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes a literal
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  readStrictJson(fastify);
  refuseAtTheDoor(fastify);
  traceRequests(fastify);
  addHealthRoutes(fastify, parts, logger);
  for (const { middleware } of parts) if (middleware !== undefined) app.use(middleware);
  app.useGlobalFilters(new ProblemFilter(logger));
  app.useGlobalPipes(
    new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true, exceptionFactory }),
  );
  await app.listen(port, host);
  const stop = once(async () => {
    for (const part of parts) part.drain?.();
    // A connection whose answer was under way when the closing began is idle only after it.
    const closeIdle = setInterval(() => fastify.server.closeIdleConnections(), 100);
    await app.close();
    clearInterval(closeIdle);
    for (const part of [...parts].reverse()) await part.stop();
  });
  const failed = Promise.race(parts.map((part) => part.failed));
  failed.catch(() => undefined);
  return { url: `http://${host}:${portOf(fastify)}`, stop, failed };
}

function readStrictJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(JSON_TYPES, { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseStrict(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

function exceptionFactory(errors: ValidationError[]): BrokerError {
  return new BrokerError(
    'invalid-parameter',
    'Something in the request is wrong: see "findings"',
    errors.flatMap((error) => findingsOf(error)),
  );
}

function findingsOf({ property, constraints, children }: ValidationError, path = ''): Finding[] {
  const at = `${path}/${property}`;
  const own = Object.values(constraints ?? {}).map((message) => ({ path: at, message }));
  return [...own, ...(children ?? []).flatMap((child) => findingsOf(child, at))];
}

function portOf(fastify: FastifyInstance): number {
  const address = fastify.server.address();
  if (address === null || typeof address === 'string') throw new TypeError('The server has no port');
  return address.port;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}

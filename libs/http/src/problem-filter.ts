import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { BrokerError, problemOf, type ProblemCode } from '@concordat/problem';
import type { Logger } from '@concordat/telemetry';
import type { FastifyReply } from 'fastify';
import { saysUnavailable } from './unavailable.js';

/** Fastify's own refusals, by their codes. */
const FASTIFY_CODES: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
};

const STATUS_CODES: Readonly<Record<number, ProblemCode>> = {
  400: 'invalid-parameter',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'body-too-large',
  414: 'not-found',
  415: 'unsupported-media-type',
};

/** Every error that reaches the edge leaves it as a problem document (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    sendProblem(host.switchToHttp().getResponse<FastifyReply>(), error, this.#logger);
  }
}

/** Answers with the problem that an error stands for. What nobody foresaw is logged, and told as `internal`. */
export function sendProblem(reply: FastifyReply, error: unknown, logger: Logger): void {
  const known = toBrokerError(error);
  if (known.status >= 500) logger.error({ err: error }, 'a request failed');
  if (known.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (known.status === 503) void reply.header('retry-after', '5');
  void reply.status(known.status).type('application/problem+json').send(problemOf(known));
}

function toBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error;
  const code = codeOf(error);
  // First what Fastify says of the request: a caller who breaks off looks like a network that fails.
  if (code !== undefined) return new BrokerError(code);
  return new BrokerError(saysUnavailable(error) ? 'unavailable' : 'internal');
}

function codeOf(error: unknown): ProblemCode | undefined {
  if (error instanceof HttpException) return STATUS_CODES[error.getStatus()];
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  return FASTIFY_CODES[code ?? ''] ?? STATUS_CODES[statusCode ?? 0];
}

import type { Digest } from '@concordat/record';

/** What is used of Fastify's reply. */
export interface Reply {
  header(name: string, value: string): unknown;
  status(code: number): unknown;
  type(contentType: string): unknown;
}

/** A text to answer with, and where it has one, the digest that names it for ever. */
export interface Answer {
  readonly type: string;
  readonly body: string;
  readonly digest?: Digest;
  /** The caller's `If-None-Match`. */
  readonly known?: string | undefined;
}

/** Answers with a text, or with `304` when the caller has it already (RFC 9110 §13.1.2). */
export function answer(reply: Reply, { type, body, digest, known }: Answer): string {
  // What people wrote may look like a page: it must never run as one of ours.
  void reply.header('x-content-type-options', 'nosniff');
  void reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  if (digest !== undefined) {
    const tag = `"${digest}"`;
    void reply.header('etag', tag);
    if (known === '*' || known?.split(',').some((one) => one.trim().replace(/^W\//u, '') === tag) === true) {
      void reply.status(304);
      return '';
    }
  }
  void reply.type(type);
  return body;
}

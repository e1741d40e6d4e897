import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly token?: string;
  readonly type?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request, sent as it is: no client library makes it better than it is meant to be. */
export function send(
  origin: string,
  { method, path, token, type, body, headers }: RawRequest,
): Promise<Response> {
  const all = new Headers(headers);
  if (token !== undefined) all.set('authorization', `Bearer ${token}`);
  // Without a type, fetch says text/plain for a string; bytes go without any.
  if (type !== undefined) all.set('content-type', type);
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return fetch(origin + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: all,
    ...(bytes === undefined ? {} : { body: bytes }),
  });
}

export const eventPost = (token: string, body: string | Uint8Array<ArrayBuffer>): RawRequest => ({
  path: '/v1/events',
  token,
  type: 'application/cloudevents+json',
  body,
});

export const batchPost = (token: string, body: string): RawRequest => ({
  path: '/v1/events',
  token,
  type: 'application/cloudevents-batch+json',
  body,
});

/**
 * Writes bytes to the broker's port, and gives what comes back until it closes.
 *
 * @param abandon closes our side at once, in the middle of whatever it is
 */
export async function sendBytes(origin: string, text: string, abandon = false): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.write(text);
  const closed = once(socket, 'close');
  if (abandon) socket.destroySoon();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 2000).unref())]);
  socket.destroy();
  return answer;
}

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A span as OTLP's JSON has it, as far as the tests look. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
}

export interface OtlpCollector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`, with the protocol `http/json`. */
  readonly url: string;
  spans(): CollectedSpan[];
  /** Names of the metrics that have come. */
  metrics(): Set<string>;
  /** Everything that has come, as text. */
  text(): string;
  close(): Promise<void>;
}

/** Takes what the broker's telemetry sends, as an OpenTelemetry collector does, and keeps it. */
export async function startOtlpCollector(): Promise<OtlpCollector> {
  const bodies: { path: string; text: string }[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      bodies.push({ path: request.url ?? '', text });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const all = (path: string, member: string): unknown[] =>
    bodies.filter((body) => body.path === path).flatMap((body) => collect(JSON.parse(body.text), member));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => all('/v1/traces', 'spans') as CollectedSpan[],
    metrics: () => new Set((all('/v1/metrics', 'metrics') as { name: string }[]).map(({ name }) => name)),
    text: () => bodies.map(({ text }) => text).join('\n'),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
}

/** The items of every list that stands under a name, however deep. */
function collect(value: unknown, member: string): unknown[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === member && Array.isArray(inner) ? (inner as unknown[]) : collect(inner, member),
  );
}

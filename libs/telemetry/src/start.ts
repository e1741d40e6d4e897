import { NodeSDK } from '@opentelemetry/sdk-node';

/**
 * Starts OpenTelemetry when an OTLP endpoint is set (`OTEL_EXPORTER_OTLP_ENDPOINT`, or the same for traces
 * or metrics alone); otherwise every span and counter is a no-op. All else is set by OpenTelemetry's own
 * environment variables.
 *
 * @returns ends it, sending what is left
 */
export function startTelemetry(service: string): () => Promise<void> {
  const { env } = process;
  const traces = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const metrics = env['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (traces === undefined && metrics === undefined) return () => Promise.resolve();
  // Set here rather than in code: the SDK reads its exporters from the environment alone.
  env['OTEL_TRACES_EXPORTER'] ??= traces === undefined ? 'none' : 'otlp';
  env['OTEL_METRICS_EXPORTER'] ??= metrics === undefined ? 'none' : 'otlp';
  env['OTEL_LOGS_EXPORTER'] ??= 'none';
  const sdk = new NodeSDK({ serviceName: env['OTEL_SERVICE_NAME'] ?? service, instrumentations: [] });
  sdk.start();
  return () => sdk.shutdown();
}

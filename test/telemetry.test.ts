/** One trace follows an event from the publisher's request to the recipient's pull and the ledger entry. */
import { BrokerClient } from '@concordat/cli';
import { deathRegistrations } from '@concordat/sample';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOtlpCollector, type OtlpCollector } from './support/otlp-collector.js';
import { startStandalone, type Standalone } from './support/standalone.js';
import { until } from './support/wait.js';

/** Stands in the event where nobody is entitled to it, and in a field that some are. */
const SECRET = 'Zzyzx-Canary-Person';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

/** One at least of each step. */
const METRICS = [
  'concordat.delivery.disclosures',
  'concordat.enforcer.batch.duration',
  'concordat.enforcer.decisions',
  'concordat.intake.duration',
  'concordat.intake.events',
  'concordat.ledger.entries',
  'http.server.request.duration',
];

let collector: OtlpCollector;
let broker: Standalone;

beforeAll(async () => {
  collector = await startOtlpCollector();
  broker = await startStandalone({
    sample: true,
    env: {
      LOG_LEVEL: 'trace',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_METRIC_EXPORT_TIMEOUT: '900',
    },
  });
});

afterAll(async () => {
  await broker.stop();
  await collector.close();
});

describe('telemetry', () => {
  it('follows an event through every step in one trace', async () => {
    const [event] = deathRegistrations({ seed: 77, count: 1 });
    const data = { ...event?.data, certifiedBy: SECRET };
    await publishTraced({ ...event, data });

    const pensions = new BrokerClient(broker.credentials('pensions.system'));
    await until('the last steps of the trace', async () => {
      await pensions.pull('0', 1000, 1);
      const names = ofTrace().map(({ name }) => name);
      return ['hand over', 'sequence'].every((name) => names.includes(name));
    });

    const spans = ofTrace();
    const names = new Set(spans.map(({ name }) => name));
    expect(names).toEqual(new Set(['POST /v1/events', 'enforce', 'sequence', 'hand over']));
    // Each step hangs on one that is there, up to the publisher's own span.
    const known = new Set([...spans.map(({ spanId }) => spanId), '00f067aa0ba902b7']);
    for (const { parentSpanId } of spans) expect(known).toContain(parentSpanId);
  });

  it('counts and times the steps', async () => {
    // Metrics arrive in several exports: those of one step may come an interval after those of another.
    await until('every metric', () => {
      const arrived = collector.metrics();
      return METRICS.every((name) => arrived.has(name));
    });
  });

  it('puts no payload into spans, metrics or logs, and the trace into logs', () => {
    expect(collector.text()).not.toContain(SECRET);
    expect(broker.output()).not.toContain(SECRET);
    expect(collector.text()).not.toContain('O’Neill');
  });

  it('does not show the trace to recipients', async () => {
    const pensions = new BrokerClient(broker.credentials('pensions.system'));
    const { deliveries } = await pensions.pull('0', 1000, 0);
    expect(JSON.stringify(deliveries)).not.toContain(TRACE);
  });
});

const ofTrace = () => collector.spans().filter(({ traceId }) => traceId === TRACE);

/** Publishes as a publisher does that is traced itself. */
async function publishTraced(event: object): Promise<void> {
  const client = new BrokerClient(broker.credentials('register-office.system'), {
    traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
  });
  await client.publish(event);
}

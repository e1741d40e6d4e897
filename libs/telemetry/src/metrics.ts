import { metrics, type Attributes, type ObservableCallback } from '@opentelemetry/api';

// Instruments are made on first use: one made before telemetry starts would stay a no-op for good.
const meter = () => metrics.getMeter('concordat');

/** Counts things; a no-op where telemetry is off. */
export function counter(name: string, description: string): (count: number, attributes?: Attributes) => void {
  const instrument = lazily(() => meter().createCounter(name, { description }));
  return (count, attributes) => {
    if (count > 0) instrument().add(count, attributes);
  };
}

/** Records how long things take, in milliseconds; exported in seconds. */
export function duration(
  name: string,
  description: string,
): (milliseconds: number, attributes?: Attributes) => void {
  const instrument = lazily(() => meter().createHistogram(name, { description, unit: 's' }));
  return (milliseconds, attributes) => instrument().record(milliseconds / 1000, attributes);
}

/**
 * Shows a value that is read whenever metrics are collected; what is not finite is left out. To be made after
 * telemetry has started.
 *
 * @returns ends it
 */
export function gauge(name: string, description: string, unit: string, read: () => number): () => void {
  const instrument = meter().createObservableGauge(name, { description, unit });
  const observe: ObservableCallback = (result) => {
    const value = read();
    if (Number.isFinite(value)) result.observe(value);
  };
  instrument.addCallback(observe);
  return () => instrument.removeCallback(observe);
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

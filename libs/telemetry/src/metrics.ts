import { metrics, type Attributes } from '@opentelemetry/api';

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

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

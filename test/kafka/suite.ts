import { startKafka, whyNoKafka, type KafkaBroker, type KafkaBrokerOptions } from './broker.mjs';

/**
 * Why the Kafka suites cannot run here, or undefined if they can. The reason is printed once, so that a skip
 * is never silent; with CI=true a skip is a failure.
 */
export async function whyNoKafkaSuites(): Promise<string | undefined> {
  if (process.env['KAFKA_BROKERS'] !== undefined) return undefined;
  return reasonToSkip('set KAFKA_BROKERS, or install Java and Maven');
}

/** The same for suites that stop and start the broker: one that was given from outside does not help them. */
export async function whyNoOwnKafka(): Promise<string | undefined> {
  return reasonToSkip('install Java and Maven');
}

/** The broker of the whole run (KAFKA_BROKERS), or one of this suite's own. */
export async function kafkaForSuite(): Promise<Pick<KafkaBroker, 'brokers' | 'stop'>> {
  const brokers = process.env['KAFKA_BROKERS'];
  if (brokers !== undefined) return { brokers, stop: () => Promise.resolve() };
  return startKafka();
}

/** A broker that the suite may kill. */
export const ownKafka = (options?: KafkaBrokerOptions): Promise<KafkaBroker> => startKafka(options);

async function reasonToSkip(remedy: string): Promise<string | undefined> {
  const reason = await whyNoKafka();
  if (reason === undefined) return undefined;
  const line = `Kafka suites cannot run: ${reason} (${remedy})`;
  if (process.env['CI'] === 'true') throw new Error(line);
  console.warn(line);
  return line;
}

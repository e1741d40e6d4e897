import { ownKafka } from '../kafka/suite.js';
import type { KeyPair } from '@concordat/cli';
import { startSeparately } from './separate.js';
import { startStandalone } from './standalone.js';

/** A running broker that knows its operator and nobody else. */
export interface Deployment {
  readonly url: string;
  readonly operator: KeyPair;
  /** All that it has logged. */
  output(): string;
  databaseUrl(): string;
  stop(): Promise<void>;
}

/** A way to run the broker. */
export interface Kind {
  readonly name: string;
  start(env: Readonly<Record<string, string>>): Promise<Deployment>;
}

const standalone =
  (kafkaBrokers?: string) =>
  async (env: Readonly<Record<string, string>>): Promise<Deployment> => {
    const broker = await startStandalone({
      sample: false,
      env,
      ...(kafkaBrokers === undefined ? {} : { kafkaBrokers }),
    });
    return {
      url: broker.url,
      operator: broker.secrets().operator,
      output: broker.output,
      databaseUrl: broker.databaseUrl,
      stop: async () => {
        await broker.stop();
      },
    };
  };

const separately =
  (kafkaBrokers?: string) =>
  async (env: Readonly<Record<string, string>>): Promise<Deployment> => {
    const apps = await startSeparately({ env, ...(kafkaBrokers === undefined ? {} : { kafkaBrokers }) });
    return {
      url: apps.url,
      operator: apps.operator,
      output: apps.output,
      databaseUrl: () => apps.postgres.url,
      stop: async () => {
        await apps.stop();
      },
    };
  };

export const onPostgres: readonly Kind[] = [
  { name: 'standalone on Postgres', start: standalone() },
  { name: 'separate processes on Postgres', start: separately() },
];

/** The same with the event log in Kafka: a new one for each, since its topics have the broker's own names. */
export const onKafka: readonly Kind[] = [
  { name: 'standalone on Kafka', start: (env) => withKafka((brokers) => standalone(brokers)(env)) },
  { name: 'separate processes on Kafka', start: (env) => withKafka((brokers) => separately(brokers)(env)) },
];

async function withKafka(start: (brokers: string) => Promise<Deployment>): Promise<Deployment> {
  const kafka = await ownKafka();
  try {
    const deployment = await start(kafka.brokers);
    return {
      ...deployment,
      stop: async () => {
        await deployment.stop();
        await kafka.stop();
      },
    };
  } catch (error) {
    await kafka.stop();
    throw error;
  }
}

import { describe, it } from 'vitest';
import { ownKafka, whyNoOwnKafka } from './kafka/suite.js';
import { chance } from './support/chance.js';
import { expectNothingLost, killSeparately, killStandalone } from './support/kill-suite.js';
import { startSeparately } from './support/separate.js';
import { startStandalone } from './support/standalone.js';

const LIMIT = 240_000;

/** What kill.test.ts holds of Postgres is held of Kafka as well. */
describe.skipIf(await whyNoOwnKafka())('with the event log in Kafka', () => {
  it('loses nothing when the whole broker is killed', { timeout: LIMIT }, async () => {
    const random = chance('standalone on Kafka');
    const kafka = await ownKafka();
    const broker = await startStandalone({ sample: false, kafkaBrokers: kafka.brokers });
    const { operator } = broker.secrets();
    try {
      await expectNothingLost(broker.url, operator, random, killStandalone(broker, random, 3));
    } finally {
      await broker.stop();
      await kafka.stop();
    }
  });

  it('loses nothing when one app after the other is killed', { timeout: LIMIT }, async () => {
    const random = chance('separate processes on Kafka');
    const kafka = await ownKafka();
    const apps = await startSeparately({ kafkaBrokers: kafka.brokers });
    try {
      await expectNothingLost(apps.url, apps.operator, random, killSeparately(apps, random));
    } finally {
      await apps.stop();
      await kafka.stop();
    }
  });
});

import { describe } from 'vitest';
import { whyNoOwnKafka } from './kafka/suite.js';
import { onKafka } from './support/deployments.js';
import { exchangeSuite } from './support/exchange-suite.js';

/** What exchange.test.ts holds of Postgres is held of Kafka as well. */
describe.skipIf(await whyNoOwnKafka())('with the event log in Kafka', () => {
  for (const kind of onKafka) exchangeSuite(kind);
});

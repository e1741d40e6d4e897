import type { ITopicConfig } from 'kafkajs';
import { EventLogError } from '../errors.js';
import type { TopicSpec } from '../port.js';
import { PATIENT_MS, type Client } from './client.js';

/** Makes the topics that do not exist. @throws EventLogError `too-few-partitions` */
export async function ensureTopics(client: Client, specs: readonly TopicSpec[]): Promise<void> {
  const wanted = new Map(specs.map((spec) => [client.topic(spec.name), spec]));
  await client.admin(async (admin) => {
    const existing = new Set(await admin.listTopics());
    const missing = [...wanted].filter(([topic]) => !existing.has(topic));
    if (missing.length > 0) {
      // Resolves to false if another process made them in the meantime.
      await admin.createTopics({
        topics: missing.map(([topic, spec]) => topicConfig(client, topic, spec)),
        // A broker hears of it a moment later, which kafkajs would take for an error: we ask again instead.
        waitForLeaders: false,
      });
    }
    const { topics } = await admin.fetchTopicMetadata({ topics: [...wanted.keys()] });
    for (const { name, partitions } of topics) {
      const asked = wanted.get(name)?.partitions ?? 0;
      if (partitions.length < asked) throw tooFew(client.nameOf(name), partitions.length, asked);
    }
  }, PATIENT_MS);
}

const topicConfig = (client: Client, topic: string, spec: TopicSpec): ITopicConfig => ({
  topic,
  numPartitions: spec.partitions,
  replicationFactor: client.options.replicationFactor,
  configEntries: [
    { name: 'cleanup.policy', value: spec.compacted === true ? 'compact' : 'delete' },
    // Kafka's own week would delete what a parked lane, or a group that was down, has not read yet. How long to
    // keep what is an operator's decision.
    { name: 'retention.ms', value: '-1' },
    // The log's clock, not the writer's: readers compare the times of records from many writers.
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
  ],
});

const tooFew = (name: string, has: number, asked: number): EventLogError =>
  new EventLogError(
    'too-few-partitions',
    `Topic ${name} has ${has.toString()} partitions, but ${asked.toString()} were asked for`,
  );

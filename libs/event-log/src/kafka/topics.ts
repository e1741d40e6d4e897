import type { Admin, ITopicConfig, ITopicMetadata } from 'kafkajs';
import { EventLogError } from '../errors.js';
import { pause } from '../pause.js';
import type { TopicSpec } from '../port.js';
import { kafkaType, PATIENT, type Client } from './client.js';

/** A broker learns of a new topic a moment after it was made; how long that may take, in ms. */
const KNOWN_WITHIN = 30_000;
const POLL = 50;
const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

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
        // It takes a broker that has not heard of the topic for an error.
        waitForLeaders: false,
      });
    }
    for (const { name, partitions } of await metadata(admin, [...wanted.keys()])) {
      const asked = wanted.get(name)?.partitions ?? 0;
      if (partitions.length < asked) throw tooFew(client.nameOf(name), partitions.length, asked);
    }
  }, PATIENT);
}

async function metadata(admin: Admin, topics: string[]): Promise<ITopicMetadata[]> {
  for (const deadline = Date.now() + KNOWN_WITHIN; ; await pause(POLL)) {
    try {
      return (await admin.fetchTopicMetadata({ topics })).topics;
    } catch (error) {
      if (!NOT_YET.has(kafkaType(error) ?? '') || Date.now() > deadline) throw error;
    }
  }
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

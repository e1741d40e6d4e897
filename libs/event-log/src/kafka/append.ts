import kafkajs, { type Producer, type TopicMessages } from 'kafkajs';
import { EventLogError } from '../errors.js';
import type { OutgoingRecord, RoutedRecord } from '../port.js';
import { asUnavailable, PATIENT, type Client } from './client.js';
import { splitByBytes, toMessage } from './message.js';

interface Job {
  readonly records: readonly RoutedRecord[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Writes with an idempotent producer, one request at a time; what arrives meanwhile goes together into the
 * next request.
 *
 * One at a time, because kafkajs hands the same sequence number to a second send while the first, whose answer
 * was lost, waits for its retry: the broker would take the second for a repeat of the first and drop it. For
 * the same reason a producer whose send has failed for good is not used again.
 */
export class Appender {
  readonly #client: Client;
  readonly #jobs: Job[] = [];
  #producer: Promise<Producer> | undefined;
  #pumping: Promise<void> | undefined;
  #closed = false;

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Resolves when every record is on all in-sync replicas.
   *
   * @throws EventLogError `unknown-topic`, `record-too-large`, `unavailable` (some records may have been
   * written) or `closed`
   */
  async append(topic: string, records: readonly OutgoingRecord[]): Promise<void> {
    if (this.#closed) throw closed();
    const routed = records.map((record) => ({ ...record, topic }));
    const pieces = splitByBytes(routed, this.#client.options.maxBatchBytes);
    if (pieces.length === 0) return;
    await this.#client.requirePlaces(routed);
    await Promise.all(pieces.map((piece) => this.#enqueue(piece)));
  }

  /** Writes what was asked for, then lets go of the connection. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pumping;
    await this.#discard();
  }

  #enqueue(piece: Pick<Job, 'records' | 'bytes'>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ ...piece, resolve, reject });
      this.#pumping ??= this.#pump().finally(() => (this.#pumping = undefined));
    });
  }

  async #pump(): Promise<void> {
    for (let jobs = this.#next(); jobs.length > 0; jobs = this.#next()) {
      try {
        await this.#send(jobs.flatMap(({ records }) => records));
        for (const { resolve } of jobs) resolve();
      } catch (error) {
        await this.#discard();
        for (const { reject } of jobs) reject(asUnavailable(error));
      }
    }
  }

  #next(): Job[] {
    let bytes = 0;
    const fits = ({ bytes: more }: Job): boolean => (bytes += more) <= this.#client.options.maxBatchBytes;
    const tooMany = this.#jobs.findIndex((job) => !fits(job));
    return this.#jobs.splice(0, tooMany === -1 ? this.#jobs.length : Math.max(1, tooMany));
  }

  async #send(records: readonly RoutedRecord[]): Promise<void> {
    this.#producer ??= this.#connect();
    const producer = await this.#producer;
    await producer.sendBatch({
      acks: -1,
      compression: this.#client.compressionOf(records),
      topicMessages: byTopic(this.#client, records),
    });
  }

  async #connect(): Promise<Producer> {
    const producer = this.#client.kafka(PATIENT).producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  }

  async #discard(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.then((open) => open.disconnect()).catch(() => undefined);
  }
}

/** The records as kafkajs takes them, in order within each topic. */
export function byTopic(client: Client, records: readonly RoutedRecord[]): TopicMessages[] {
  const topics = new Map<string, TopicMessages>();
  for (const record of records) {
    const topic = client.topic(record.topic);
    const entry = topics.get(topic) ?? { topic, messages: [] };
    entry.messages.push(toMessage(record));
    topics.set(topic, entry);
  }
  return [...topics.values()];
}

const closed = (): EventLogError => new EventLogError('closed', 'This log has been closed');

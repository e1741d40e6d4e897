import { createRequire } from 'node:module';
import type { Cluster } from 'kafkajs';

/** What of kafkajs's inner parts is used here; none of it is part of its types. */
interface Encoder {
  writeUVarIntBytes(bytes?: Buffer): Encoder;
  writeUVarIntString(text: string): Encoder;
  writeUVarIntArray(items: readonly Encoder[]): Encoder;
  writeInt32(value: number): Encoder;
  writeBoolean(value: boolean): Encoder;
}
interface Decoder {
  readTaggedFields(): unknown;
  readInt16(): number;
  readInt32(): number;
  readInt64(): { toString(): string };
  readUVarIntString(): string | null;
  readUVarIntArray<T>(read: (decoder: Decoder) => T): T[] | null;
}
interface Connections {
  send<T>(exchange: {
    request: { apiKey: number; apiVersion: number; apiName: string; encode: () => Promise<Encoder> };
    response: { decode: (raw: Buffer) => Promise<T>; parse: (data: T) => Promise<T> };
  }): Promise<T>;
}

const require = createRequire(import.meta.url);
const NewEncoder = require('kafkajs/src/protocol/encoder') as new () => Encoder;
const NewDecoder = require('kafkajs/src/protocol/decoder') as new (raw: Buffer) => Decoder;
const { createErrorFromCode } = require('kafkajs/src/protocol/error') as {
  createErrorFromCode: (code: number) => Error;
};

/** The first version that can ask for stable offsets; every broker of Kafka 4 speaks it. */
const OFFSET_FETCH = { apiKey: 9, apiVersion: 7, apiName: 'OffsetFetch' };

/** Kafka's code for an error that it has no other code for. */
const UNKNOWN = -1;

interface PlaceInGroup {
  /** All three as the cluster names them. */
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

/**
 * The offset that the group has committed for one partition, −1 if none; read only if no transaction still
 * holds another one for it. kafkajs's own request cannot ask for that, and gets the older offset instead.
 *
 * @throws kafkajs's error `UNSTABLE_OFFSET_COMMIT` if a transaction does hold one
 */
export async function fetchStableOffset(cluster: Cluster, place: PlaceInGroup): Promise<bigint> {
  const coordinator = await cluster.findGroupCoordinator({ groupId: place.group });
  const { connectionPool } = coordinator as unknown as { connectionPool: Connections };
  const { offset } = await connectionPool.send({
    request: { ...OFFSET_FETCH, encode: () => Promise.resolve(encode(place)) },
    response: { decode: (raw) => Promise.resolve(decode(new NewDecoder(raw))), parse },
  });
  return BigInt(offset);
}

/** An empty set of tagged fields ends the request's header and every structure of this version. */
const tags = (encoder: Encoder): Encoder => encoder.writeUVarIntBytes();

function encode({ group, topic, partition }: PlaceInGroup): Encoder {
  const partitions = [new NewEncoder().writeInt32(partition)];
  const topics = [tags(new NewEncoder().writeUVarIntString(topic).writeUVarIntArray(partitions))];
  const requireStable = true;
  return tags(
    tags(new NewEncoder()).writeUVarIntString(group).writeUVarIntArray(topics).writeBoolean(requireStable),
  );
}

interface Answer {
  readonly offset: string;
  readonly errorCode: number;
}

function decode(decoder: Decoder): Answer {
  decoder.readTaggedFields();
  decoder.readInt32(); // how long the broker throttles us
  const topics = decoder.readUVarIntArray(() => {
    decoder.readUVarIntString();
    const partitions = decoder.readUVarIntArray(() => readPartition(decoder)) ?? [];
    decoder.readTaggedFields();
    return partitions;
  });
  const errorCode = decoder.readInt16();
  const [found] = topics?.flat() ?? [];
  if (errorCode !== 0) return { offset: '-1', errorCode };
  // The one that was asked for is always in the answer. Were it not, "none committed" would be a bad guess.
  return found ?? { offset: '-1', errorCode: UNKNOWN };
}

function readPartition(decoder: Decoder): Answer {
  decoder.readInt32(); // which partition
  const offset = decoder.readInt64().toString();
  decoder.readInt32(); // the epoch of its leader
  decoder.readUVarIntString(); // metadata
  const errorCode = decoder.readInt16();
  decoder.readTaggedFields();
  return { offset, errorCode };
}

const parse = (answer: Answer): Promise<Answer> =>
  answer.errorCode === 0 ? Promise.resolve(answer) : Promise.reject(createErrorFromCode(answer.errorCode));

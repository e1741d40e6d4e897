import kafkajs, { type Producer } from 'kafkajs';
import { pause } from '../pause.js';
import { BRIEF, kafkaType, type Client } from './client.js';

/** What of kafkajs's inner parts is used here; none of it is part of its types. */
interface Cluster {
  findGroupCoordinator(of: Coordinated): Promise<Broker>;
  findBroker(node: { readonly nodeId: string }): Promise<Broker>;
}
interface Coordinated {
  readonly groupId: string;
  readonly coordinatorType?: number;
}
type Request = (request: unknown) => Promise<unknown>;
interface Broker {
  readonly nodeId: string;
  addPartitionsToTxn: Request;
  addOffsetsToTxn: Request;
  txnOffsetCommit: Request;
  endTxn: Request;
  initProducerId: Request;
}

/** How long the markers of the previous transaction may take, at most, in ms, before we give up. */
const PREVIOUS_TRANSACTION_WITHIN = 10_000;
const LONGEST_PAUSE = 10;

/**
 * A producer for one transactional id. kafkajs 2.2.4 does three things that make a transaction slow, and has no
 * option for any of them; its producer is reached through the cluster that it is made with.
 *
 * - It asks who the coordinator is before each of four requests. Here the answer is kept until an error says that
 *   it may have changed.
 * - A transaction that closely follows another is told to wait until the other's markers are written, which takes
 *   a few milliseconds. kafkajs waits for 20, and then asks for all metadata anew. Here it waits for 1, then 2.
 * - One request of a connection waits for another. What can be sent together here is.
 */
export function transactionalProducer(client: Client, transactionalId: string): Producer {
  const kafka = client.kafka(BRIEF);
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const makers = kafka as unknown as Record<symbol, (options: unknown) => Cluster>;
  const make = symbol === undefined ? undefined : makers[symbol];
  if (symbol === undefined || make === undefined) throw new Error('This is not the kafkajs that we know');
  makers[symbol] = (options) => repaired(make(options));
  return kafka.producer({
    idempotent: true,
    transactionalId,
    transactionTimeout: client.options.transactionTimeout,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
}

function repaired(cluster: Cluster): Cluster {
  const known = new Map<string, string>();
  const seen = new WeakSet<Broker>();
  const find = cluster.findGroupCoordinator.bind(cluster);
  /** Passed on as it is: the kept answers are only not believed any more. */
  const doubting =
    (send: Request): Request =>
    async (request) => {
      try {
        return await send(request);
      } catch (error) {
        if (kafkaType(error) !== PREVIOUS) known.clear();
        throw error;
      }
    };
  const repair = (broker: Broker): Broker => {
    if (seen.has(broker)) return broker;
    seen.add(broker);
    broker.addPartitionsToTxn = doubting(soonAgain(broker.addPartitionsToTxn.bind(broker)));
    broker.addOffsetsToTxn = doubting(soonAgain(broker.addOffsetsToTxn.bind(broker)));
    broker.txnOffsetCommit = doubting(broker.txnOffsetCommit.bind(broker));
    broker.endTxn = doubting(broker.endTxn.bind(broker));
    broker.initProducerId = doubting(broker.initProducerId.bind(broker));
    return broker;
  };
  cluster.findGroupCoordinator = async (of) => {
    const name = `${String(of.coordinatorType ?? 0)} ${of.groupId}`;
    const nodeId = known.get(name);
    // Of a broker that is known this asks nothing, and connects again if that is needed.
    const broker = nodeId === undefined ? await find(of) : await cluster.findBroker({ nodeId });
    known.set(name, broker.nodeId);
    return repair(broker);
  };
  return cluster;
}

const PREVIOUS = 'CONCURRENT_TRANSACTIONS';

/** Both requests add to a transaction, and say the same however often they are sent. */
const soonAgain =
  (send: Request): Request =>
  async (request) => {
    const deadline = Date.now() + PREVIOUS_TRANSACTION_WITHIN;
    for (let wait = 1; ; wait = Math.min(LONGEST_PAUSE, wait * 2)) {
      try {
        return await send(request);
      } catch (error) {
        if (kafkaType(error) !== PREVIOUS || Date.now() > deadline) throw error;
      }
      await pause(wait);
    }
  };

export interface KafkaBroker {
  /** `host:port`, as KAFKA_BROKERS has it. */
  readonly brokers: string;
  /** Path of the broker's log file, gone after `stop`. */
  readonly log: string;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on its data after `kill`; does nothing while it runs. */
  start(): Promise<void>;
  /** Ends it in good order and starts it again, on the same port and data. */
  restart(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

export interface KafkaBrokerOptions {
  /** Kept on `stop` when given; otherwise a new folder, removed on `stop`. */
  readonly dataDir?: string;
  /** Of clients; a free one by default. */
  readonly port?: number;
  /** Added to, or in place of, the broker's settings. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** Why no broker can be started on this machine, or `undefined` if one can. */
export function whyNoKafka(): Promise<string | undefined>;

/** Starts a broker and waits until it answers. It dies with this process. */
export function startKafka(options?: KafkaBrokerOptions): Promise<KafkaBroker>;

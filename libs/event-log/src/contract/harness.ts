import type { EventLog } from '../port.js';
import type { TestDatabase } from './test-database.js';

/** What an adapter brings so that the contract can be run against it. */
export interface ContractHarness {
  /** After this many ms of silence the log takes a worker for dead. Keep it short: tests wait for it. */
  readonly sessionTimeout: number;
  /** True if lanes that wait for their turn hold records too, and not only those that are being handled. */
  readonly readsAhead?: boolean;
  /** A new log, with connections of its own, on the harness's server. */
  open(): Promise<EventLog>;
  /** An app's database, for `project` and `relay`. */
  readonly database: TestDatabase;
  readonly databaseUrl: string;
  /** A module that calls `runContractWorker`; it is run in processes of its own. */
  readonly workerEntry: URL;
  /** Given, as JSON, to the function that `workerEntry` opens its log with. */
  readonly workerConfig: unknown;
  /** Kills the log's server (`kill -9`), starts it again on the same data, and resolves when it answers. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

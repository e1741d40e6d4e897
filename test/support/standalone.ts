import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials, KeyPair } from '@concordat/cli';
import type { JWK } from 'jose';
import { databaseUrlOf, newDataFolder, removeDataFolder } from './data-folder.js';
import { freePort, startApp, type Ending, type NodeProcess } from './node-process.js';

export interface StandaloneOptions {
  /** Kept by `stop` when given; otherwise a new one, which `stop` removes. */
  readonly dataFolder?: string;
  readonly port?: number;
  /** Whether it starts with the sample agencies and shows the sample exchange. */
  readonly sample: boolean;
  readonly kafkaBrokers?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The whole broker in a process of its own. */
export interface Standalone {
  readonly url: string;
  readonly dataFolder: string;
  /** The process that runs now. */
  readonly process: NodeProcess;
  /** What every process since the first has written. */
  output(): string;
  databaseUrl(): string;
  /** What `secrets.json` holds. */
  secrets(): { readonly operator: KeyPair; readonly identityKey: JWK };
  /** The credentials that the sample wrote for a client such as `pensions.system`. */
  credentials(clientId: string): Credentials;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again on its port and data after it has ended. */
  start(): Promise<void>;
  /** Ends it as Ctrl-C does, and removes its data unless the folder was given. */
  stop(): Promise<Ending>;
}

/** Starts the broker and waits until it takes requests; with the sample, until that has been shown. */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const dataFolder = options.dataFolder ?? newDataFolder();
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  let earlier = '';
  let running = launch();
  await running.untilOutput('The broker is running.');
  return {
    url,
    dataFolder,
    get process() {
      return running;
    },
    output: () => earlier + running.output(),
    databaseUrl: () => databaseUrlOf(dataFolder),
    secrets: () => readJson(join(dataFolder, 'secrets.json')),
    credentials: (clientId) => readJson(join(dataFolder, 'sample', 'credentials', `${clientId}.json`)),
    kill: async () => {
      await running.end('SIGKILL');
    },
    start: async () => {
      earlier += running.output();
      running = launch();
      await running.untilOutput('The broker is running.');
    },
    stop: async () => {
      const ending = running.running ? await running.end('SIGINT') : await running.ended;
      if (options.dataFolder === undefined) removeDataFolder(dataFolder);
      return ending;
    },
  };

  function launch(): NodeProcess {
    const args = ['--data', dataFolder, '--port', String(port)];
    if (!options.sample) args.push('--no-sample');
    if (options.kafkaBrokers !== undefined) args.push('--kafka-brokers', options.kafkaBrokers);
    return startApp('standalone', args, options.env ?? {});
  }
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

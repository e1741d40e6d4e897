import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { highestPort } from './broker/ports.js';

/** What the person who starts the broker chose. */
export interface StandaloneOptions {
  readonly port: number;
  readonly host: string;
  /** Where everything is kept. */
  readonly dataFolder: string;
  readonly kafkaBrokers: string | undefined;
  /** Of an outside Postgres; the embedded one is used without it. */
  readonly databaseUrl: string | undefined;
  readonly sample: boolean;
  /** Each app as a process of its own. */
  readonly processes: boolean;
}

/** The text of `--help`. start.mjs prints the same file, before anything is installed. */
export const readHelp = (): string => readFileSync(new URL('../help.txt', import.meta.url), 'utf8');

/** What the command line asks for: to run, to print the help, or something wrong. */
export type CommandLine =
  | { readonly kind: 'run'; readonly options: StandaloneOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly why: string };

/** Reads the command line; what it does not say, the environment may. */
export function readCommandLine(args: readonly string[], env: NodeJS.ProcessEnv): CommandLine {
  try {
    const options = readOptions(args, env);
    return options === undefined ? { kind: 'help' } : { kind: 'run', options };
  } catch (error) {
    return { kind: 'wrong', why: reasonOf(error as Error) };
  }
}

/**
 * @returns nothing when the help is asked for
 * @throws the first thing that is wrong
 */
function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): StandaloneOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      port: { type: 'string', default: nonEmpty(env['PORT']) ?? '8080' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string', default: '.concordat' },
      'kafka-brokers': { type: 'string' },
      'database-url': { type: 'string' },
      sample: { type: 'boolean', default: true },
      processes: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    port: readPort(values.port, values.processes),
    host: notBlank('--host', values.host),
    dataFolder: notBlank('--data', values.data),
    kafkaBrokers:
      readBrokers('--kafka-brokers', values['kafka-brokers']) ??
      readBrokers('KAFKA_BROKERS', nonEmpty(env['KAFKA_BROKERS'])),
    databaseUrl: values['database-url'] ?? nonEmpty(env['DATABASE_URL']),
    sample: values.sample,
    processes: values.processes,
  };
}

function readPort(text: string, processes: boolean): number {
  const highest = highestPort(processes);
  if (isPort(text, highest)) return Number(text);
  const why = processes ? ', which leaves room for the ports of --processes' : '';
  throw new Error(`"${text}" is not a port to start on: give a number from 1 to ${highest}${why}`);
}

/** Found out here, since Kafka's client goes on trying with a list that can never work. */
function readBrokers(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const brokers = text.split(',').map((broker) => broker.trim());
  for (const broker of brokers) {
    const [, port = ''] = /^(?:[^\s:/[\]]+|\[[\da-f:]+\]):(\d+)$/iu.exec(broker) ?? [];
    if (isPort(port, highestPort(false))) continue;
    throw new Error(`${name} must be host:port, separated by commas: "${broker}" is not`);
  }
  return brokers.join(',');
}

const isPort = (text: string, highest: number): boolean =>
  /^\d{1,5}$/u.test(text) && Number(text) >= 1 && Number(text) <= highest;

function notBlank(name: string, text: string): string {
  if (text.trim() === '') throw new Error(`${name} must not be empty`);
  return text;
}

/** What parseArgs adds to its first sentence is about programs that take other arguments than ours. */
const reasonOf = (error: Error): string =>
  'code' in error ? error.message.replace(/\.\s.*$/su, '') : error.message;

const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

import { parseArgs } from 'node:util';

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

export const HELP = `Concordat: the whole broker, in one process.

npm start -- [options]

  --port <number>           the port to listen on (8080)
  --host <address>          the address to listen on (127.0.0.1)
  --data <folder>           where everything is kept (.concordat)
  --kafka-brokers <list>    use Kafka for the event log: host:port, separated by commas
                            (also KAFKA_BROKERS); without it the log is in Postgres
  --database-url <url>      use this Postgres (also DATABASE_URL); without it an embedded
                            one is started in the data folder
  --processes               run each app as a process of its own, on the six ports after --port
  --no-sample               start empty, without the sample agencies and agreements
  --help                    this text

LOG_LEVEL sets what is logged (warn); OTEL_EXPORTER_OTLP_ENDPOINT turns telemetry on.
`;

/** What the command line asks for: to run, to print the help, or something wrong. */
export type CommandLine =
  | { readonly kind: 'run'; readonly options: StandaloneOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly why: string };

/** Reads the command line; what it does not say, the environment may. */
export function readCommandLine(args: readonly string[], env: NodeJS.ProcessEnv): CommandLine {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        port: { type: 'string', default: env['PORT'] ?? '8080' },
        host: { type: 'string', default: '127.0.0.1' },
        data: { type: 'string', default: '.concordat' },
        'kafka-brokers': { type: 'string' },
        'database-url': { type: 'string' },
        sample: { type: 'boolean', default: true },
        processes: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    return { kind: 'wrong', why: (error as Error).message };
  }
  if (values.help) return { kind: 'help' };
  const port = Number(values.port);
  if (!/^\d{1,5}$/u.test(values.port) || port > 65535) {
    return { kind: 'wrong', why: `"${values.port}" is not a port: give a number from 1 to 65535` };
  }
  return {
    kind: 'run',
    options: {
      port,
      host: values.host,
      dataFolder: values.data,
      kafkaBrokers: values['kafka-brokers'] ?? nonEmpty(env['KAFKA_BROKERS']),
      databaseUrl: values['database-url'] ?? nonEmpty(env['DATABASE_URL']),
      sample: values.sample,
      processes: values.processes,
    },
  };
}

const nonEmpty = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runUntilStopped } from '@concordat/http';
import { createLogger, startTelemetry } from '@concordat/telemetry';
import type { Broker } from './broker/broker.js';
import { startInOneProcess } from './broker/start-in-one-process.js';
import { startProcesses } from './broker/start-processes.js';
import { readCommandLine, readHelp, type StandaloneOptions } from './options.js';
import { PlainError } from './plain-error.js';
import { KeyRing } from './sample/key-ring.js';
import { seedSample } from './sample/seed.js';
import { showExchange, showLedger } from './sample/show.js';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Starts the broker, shows the sample exchange if there is to be one, and runs until told to stop. */
async function run(options: StandaloneOptions): Promise<void> {
  const endTelemetry = startTelemetry('concordat');
  const logger = createLogger('standalone', process.env['LOG_LEVEL'] ?? 'warn');
  print('Starting the broker …');
  const broker = await (options.processes ? startProcesses : startInOneProcess)(options, logger);
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    await broker.stop();
    await endTelemetry();
    print('Stopped.');
  };
  const endWith = (sentence: string): void => {
    stopping = true;
    tell(sentence);
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  };
  const endPlainly = (error: unknown): Promise<never> => {
    if (!(error instanceof PlainError)) throw error;
    if (!stopping) endWith(error.message);
    return new Promise<never>(() => undefined);
  };
  const failed = broker.failed.catch(endPlainly);
  const stopped = runUntilStopped({ stop, failed }, logger);
  try {
    if (options.sample) await sample(broker);
    print(addresses(broker, options));
  } catch (error) {
    // A part that ended takes the sample's requests with it; its end is then the news, and on its way.
    await Promise.race([stopped, pause(300)]);
    // A stop in the middle of the sample ends its requests; that is no failure of theirs.
    if (!stopping) endWith(`The sample could not be shown: ${messageOf(error)}`);
  }
  await stopped;
}

async function sample(broker: Broker): Promise<void> {
  const keyRing = new KeyRing(broker.dataFolder, broker.url);
  const marker = join(broker.dataFolder, 'sample', 'seeded');
  if (existsSync(marker)) {
    print('The sample is there from an earlier start; nothing is registered or published twice.');
  } else {
    await seedSample(broker.secrets, keyRing, (step) => print(`  ${step}`));
    await showExchange(keyRing, print);
    writeFileSync(marker, `${new Date().toISOString()}\n`);
  }
  await showLedger(keyRing, print);
}

function addresses(broker: Broker, options: StandaloneOptions): string {
  const { url } = broker;
  const lines = [
    '',
    `The broker is running.`,
    `  API            ${url}`,
    `  Tokens         ${url}/oauth/token (client credentials, private_key_jwt)`,
    `  Health         ${url}/health/ready`,
    `  Ledger         ${url}/v1/audit/checkpoint`,
    `  Event log      ${options.kafkaBrokers === undefined ? 'Postgres' : `Kafka at ${options.kafkaBrokers}`}`,
    `  Data           ${broker.dataFolder}`,
  ];
  if (options.sample) {
    const folder = join(broker.dataFolder, 'sample', 'credentials');
    lines.push(
      `  Credentials    ${folder}`,
      '',
      'Try, in another terminal:',
      `  npx concordat pull --credentials ${join(folder, 'pensions.system.json')} --limit 1`,
      `  npx concordat audit verify --credentials ${join(folder, 'pensions.officer.json')}`,
    );
  }
  return [...lines, '', 'Ctrl-C stops it; what it has is kept for the next start.'].join('\n');
}

const commandLine = readCommandLine(process.argv.slice(2), process.env);
switch (commandLine.kind) {
  case 'help':
    process.stdout.write(readHelp());
    break;
  case 'wrong':
    process.stderr.write(`${commandLine.why}.\nnpm start -- --help lists the options.\n`);
    process.exitCode = 2;
    break;
  case 'run':
    await run(commandLine.options).catch((error: unknown) => {
      tell(error instanceof PlainError ? error.message : `The broker did not start: ${messageOf(error)}`);
      process.exitCode = 1;
    });
}

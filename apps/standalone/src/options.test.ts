import { describe, expect, it } from 'vitest';
import { readCommandLine, readHelp } from './options.js';

const wrong = (args: readonly string[], env: NodeJS.ProcessEnv = {}): string => {
  const read = readCommandLine(args, env);
  if (read.kind !== 'wrong') throw new Error(`${args.join(' ')} was taken as ${read.kind}`);
  return read.why;
};

describe('the command line', () => {
  it('says by itself what a broker needs', () => {
    expect(readCommandLine([], {})).toEqual({
      kind: 'run',
      options: {
        port: 8080,
        host: '127.0.0.1',
        dataFolder: '.concordat',
        kafkaBrokers: undefined,
        databaseUrl: undefined,
        sample: true,
        processes: false,
      },
    });
  });

  it.each(['--help', '-h'])('asks for the help with %s', (flag) => {
    expect(readCommandLine([flag, '--port', '1'], {})).toEqual({ kind: 'help' });
  });

  it('has every option in the help', () => {
    for (const option of [
      'port',
      'host',
      'data',
      'kafka-brokers',
      'database-url',
      'processes',
      'no-sample',
    ]) {
      expect(readHelp()).toContain(`--${option} `);
    }
  });

  it.each([
    [['--ports', '1'], "Unknown option '--ports'"],
    [['--port'], "Option '--port <value>' argument missing"],
    [['--port', '-1'], "Option '--port' argument is ambiguous"],
    [['somewhere'], "Unexpected argument 'somewhere'"],
    [['--data', ''], '--data must not be empty'],
    [['--host', ' '], '--host must not be empty'],
  ])('refuses %j with one sentence', (args, why) => {
    expect(wrong(args)).toBe(why);
  });

  it.each(['0', '00', '65536', '99999', '-1', '8e3', '0x50', ' 80', 'eighty'])(
    'does not take "%s" for a port',
    (port) => {
      expect(wrong([`--port=${port}`])).toBe(
        `"${port}" is not a port to start on: give a number from 1 to 65535`,
      );
      expect(wrong([], { PORT: port })).toContain(`"${port}" is not a port`);
    },
  );

  it('leaves room for the ports of --processes', () => {
    expect(readCommandLine(['--port', '65535'], {}).kind).toBe('run');
    expect(readCommandLine(['--port', '65529', '--processes'], {}).kind).toBe('run');
    expect(wrong(['--port', '65530', '--processes'])).toContain('from 1 to 65529');
  });

  it.each([
    'localhost',
    'localhost:',
    ':9092',
    'a:1,',
    'a:1,b',
    'a:0',
    'a:70000',
    'http://a:9092',
    'a b:1',
    '',
  ])('does not take "%s" for a list of Kafka’s brokers', (list) => {
    expect(wrong(['--kafka-brokers', list])).toMatch(/^--kafka-brokers must be host:port/u);
    if (list !== '') expect(wrong([], { KAFKA_BROKERS: list })).toMatch(/^KAFKA_BROKERS must be host:port/u);
  });

  it('takes one broker or many, with spaces or without; the command line goes before the environment', () => {
    const brokers = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
      const read = readCommandLine(args, env);
      return read.kind === 'run' ? read.options.kafkaBrokers : read;
    };
    expect(brokers(['--kafka-brokers', 'a.example:9092, 10.0.0.1:9093,[::1]:9094'])).toBe(
      'a.example:9092,10.0.0.1:9093,[::1]:9094',
    );
    expect(brokers([], { KAFKA_BROKERS: 'a:1' })).toBe('a:1');
    expect(brokers([], { KAFKA_BROKERS: '' })).toBeUndefined();
    expect(brokers(['--kafka-brokers', 'b:2'], { KAFKA_BROKERS: 'nonsense' })).toBe('b:2');
  });
});

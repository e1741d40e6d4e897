import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { run, type Terminal } from '@concordat/cli';

/** What a run of the `concordat` command came to. */
export interface Ran {
  readonly code: number;
  /** Standard output: the answer. */
  readonly out: string;
  /** Standard error: what is said beside it. */
  readonly err: string;
}

export interface RunOptions {
  /** Standard input. */
  readonly input?: string | Uint8Array;
  /** What the person says when asked; without it nobody sits at the terminal. */
  readonly says?: string;
}

/** Runs the command in this process, with a terminal that remembers. */
export async function concordat(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  let out = '';
  let err = '';
  let input = options.input;
  const terminal: Terminal = {
    interactive: options.says !== undefined,
    write: (text) => void (out += text),
    tell: (text) => void (err += text),
    readInput: () => {
      if (input === undefined) throw new Error('it can be read only once');
      const bytes = Buffer.from(input as string);
      input = undefined;
      return bytes;
    },
    ask: async (question) => {
      err += question;
      return options.says ?? '';
    },
    style: (_, text) => text,
  };
  const code = await run(args, terminal);
  return { code, out, err };
}

/** Runs the command and expects it to succeed. @returns the answer, as JSON */
export async function answerOf<T>(args: readonly string[], options: RunOptions = {}): Promise<T> {
  const { code, out, err } = await concordat([...args, '--json'], options);
  if (code !== 0) throw new Error(`concordat ${args.join(' ')} ended with ${code}: ${err}`);
  return JSON.parse(out) as T;
}

const ROOT = new URL('../../', import.meta.url);

/** Runs the command as a process of its own, from its sources. */
export async function concordatProcess(
  args: readonly string[],
  { input = '', env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const main = fileURLToPath(new URL('apps/cli/src/main.ts', ROOT));
  const hooks = new URL('test/from-source.mjs', ROOT).href;
  const node = fileURLToPath(new URL('node_modules/.bin/node', ROOT));
  const child = spawn(node, ['--conditions=@concordat/source', '--import', hooks, main, ...args], {
    stdio: 'pipe',
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);
/** The pinned Node, as npm start uses it. */
const NODE = fileURLToPath(new URL('node_modules/.bin/node', ROOT));
/** Ends the child when the test run is gone, however it went. */
const FOLLOW_PARENT = new URL('apps/standalone/follow-parent.mjs', ROOT).href;

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of the broker, built, as it runs in life. */
export interface NodeProcess {
  readonly pid: number;
  /** All that it has written so far, both streams. */
  output(): string;
  /** Resolves when the output holds a text. Rejects when the process ends first, or after `limit` ms. */
  untilOutput(text: string, limit?: number): Promise<void>;
  readonly ended: Promise<Ending>;
  readonly running: boolean;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ending>;
}

/**
 * Runs an app's built `main.js`.
 *
 * @param app the folder below `apps/`
 */
export function startApp(
  app: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): NodeProcess {
  const main = fileURLToPath(new URL(`apps/${app}/dist/main.js`, ROOT));
  if (!existsSync(main)) throw new Error(`${app} is not built: run npm run build`);
  const child = spawn(NODE, ['--enable-source-maps', '--import', FOLLOW_PARENT, main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...cleanEnvironment(), ...env },
  });
  return observe(app, child);
}

/** Nothing that the machine happens to have set may decide what a broker under test does. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR };
}

function observe(name: string, child: ChildProcess): NodeProcess {
  let output = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  // `close`, not `exit`: by then all of the output has been heard.
  const ended = once(child, 'close').then(([code, signal]): Ending => ({
    code: code as Ending['code'],
    signal: signal as Ending['signal'],
  }));
  let running = true;
  void ended.then(() => (running = false));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    untilOutput: (text, limit = 90_000) =>
      new Promise((resolve, reject) => {
        const finish = (error?: Error): void => {
          clearTimeout(timer);
          listeners.delete(look);
          if (error === undefined) resolve();
          else reject(error);
        };
        const look = (): void => {
          if (output.includes(text)) finish();
        };
        const fail = (why: string): void =>
          finish(new Error(`${name} ${why} before it said "${text}". Its output:\n${output.slice(-4000)}`));
        const timer = setTimeout(() => fail(`took more than ${limit} ms`), limit);
        listeners.add(look);
        void ended.then(({ code, signal }) => fail(`ended (${String(code ?? signal)})`));
        look();
      }),
    ended,
    get running() {
      return running;
    },
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** A port on 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** `npm start`'s own part, on a small copy of the repository with a placeholder for the broker. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const STANDALONE = fileURLToPath(new URL('../apps/standalone', import.meta.url));

/** Notes each signal, and ends with 3 a moment after the first. */
const BROKER = `
import { appendFileSync } from 'node:fs';
console.log('broker', ...process.argv.slice(2));
if (process.argv.includes('--fail')) process.exit(7);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    appendFileSync(new URL('signals', import.meta.url), signal + ' ');
    setTimeout(() => process.exit(3), 300);
  });
}
setInterval(() => {}, 1000);
`;

let root: string;
let running: ChildProcess | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'concordat-start-'));
  for (const file of ['start.mjs', 'prepare.mjs', 'follow-parent.mjs', 'help.txt']) {
    cpSync(join(STANDALONE, file), join(root, 'apps/standalone', file));
  }
  write('apps/standalone/dist/main.js', BROKER);
  write('package.json', '{ "type": "module" }');
  write('node_modules/typescript/bin/tsc', '');
  write('node_modules/typescript/package.json', '{}');
  write('package-lock.json', JSON.stringify(lockOf('1.0.0')));
  write('node_modules/.package-lock.json', JSON.stringify(lockOf('1.0.0')));
});

afterEach(() => {
  running?.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const lockOf = (version: string) => ({
  packages: {
    '': { name: 'concordat' },
    'libs/policy': { version: '0.1.0' },
    'node_modules/of-another-platform': { version: '9.9.9', optional: true },
    'node_modules/ajv': { version, integrity: `sha512-${version}` },
  },
});

interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

function start(args: readonly string[] = [], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [join(root, 'apps/standalone/start.mjs'), ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { process: child, output: () => output, exit };
}

const signals = (): string => {
  const file = join(root, 'apps/standalone/dist/signals');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
};

describe('npm start', () => {
  it('passes arguments on and ends as the broker ends', async () => {
    const started = start(['--fail', '--port', '1']);
    expect(await started.exit).toBe(7);
    expect(started.output()).toContain('broker --fail --port 1');
  });

  it.each(['--help', '-h'])('prints the options at %s, with nothing installed or built', async (flag) => {
    rmSync(join(root, 'node_modules'), { recursive: true });
    rmSync(join(root, 'apps/standalone/dist'), { recursive: true });
    const started = start(['--port', '1', flag]);
    expect(await started.exit).toBe(0);
    expect(started.output()).toBe(readFileSync(join(STANDALONE, 'help.txt'), 'utf8'));
    expect(existsSync(join(root, 'node_modules'))).toBe(false);
  });

  it('goes on with the Node at hand, and says so, where the pinned one does not run', async () => {
    const started = start(['--fail']);
    await started.exit;
    expect(started.output()).toMatch(/pinned Node does not run here .* Going on with Node \d+/);
  });

  it('tells the broker once to stop, however many signals one request makes, and waits for it', async () => {
    const started = start();
    await expect.poll(started.output, { timeout: 20_000 }).toContain('broker');
    started.process.kill('SIGINT');
    started.process.kill('SIGINT');
    started.process.kill('SIGTERM');
    expect(await started.exit).toBe(3);
    expect(signals()).toMatch(/^SIG(INT|TERM)$/);
  });

  it('has the broker stop in good order when it is itself killed', async () => {
    const started = start();
    await expect.poll(started.output, { timeout: 20_000 }).toContain('broker');
    started.process.kill('SIGKILL');
    await expect.poll(signals, { timeout: 20_000 }).toBe('SIGTERM');
  });

  it('shows why the build failed and starts nothing', async () => {
    write(
      'node_modules/typescript/bin/tsc',
      "console.log('x.ts(1,1): error TS1: No.'); process.exitCode = 1;",
    );
    const started = start();
    expect(await started.exit).toBe(1);
    expect(started.output()).toContain('x.ts(1,1): error TS1: No.');
    expect(started.output()).not.toContain('broker ');
  });

  it('installs when the lock file asks for something else than is there, and only then', async () => {
    const npm = join(root, 'npm-cli.mjs');
    write(
      'npm-cli.mjs',
      `import { copyFileSync } from 'node:fs';
       copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
       console.log(process.argv.slice(2).join(' '));`,
    );
    write('package-lock.json', JSON.stringify(lockOf('1.0.1')));
    const first = start(['--fail'], { npm_execpath: npm });
    expect(await first.exit).toBe(7);
    expect(first.output()).toContain('Installing packages');

    const second = start(['--fail'], { npm_execpath: npm });
    expect(await second.exit).toBe(7);
    expect(second.output()).not.toContain('Installing packages');
  });

  it('says what npm said when it cannot install', async () => {
    write('npm-cli.mjs', "console.error('npm error ENOTFOUND'); process.exitCode = 1;");
    rmSync(join(root, 'node_modules/.package-lock.json'));
    const started = start([], { npm_execpath: join(root, 'npm-cli.mjs') });
    expect(await started.exit).toBe(1);
    expect(started.output()).toMatch(/check the network[^]*ENOTFOUND/);
  });
});

/**
 * `npm start`: installs and builds what is missing, then runs the broker on the pinned Node with all arguments
 * passed on. Exits as the broker exits. `--help` is answered here, before all that.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { build, findNode, install, PrepareError, ROOT, say } from './prepare.mjs';

/** One request to stop may come as several signals, by several ways; they arrive within this time, ms. */
const SAME_REQUEST = 700;

const args = process.argv.slice(2);
// Nobody should have to wait for an installation to read what the options are.
if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(readFileSync(new URL('help.txt', import.meta.url), 'utf8'));
} else {
  try {
    await install();
    const node = findNode();
    await build(node);
    process.exitCode = await runBroker(node);
  } catch (error) {
    if (!(error instanceof PrepareError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}

/** @returns {Promise<number>} the broker's exit code; 128 and the number of the signal if one ended it */
function runBroker(node) {
  const main = join(ROOT, 'apps', 'standalone', 'dist', 'main.js');
  const follow = new URL('follow-parent.mjs', import.meta.url).href;
  const broker = spawn(node, ['--enable-source-maps', '--import', follow, main, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // Ctrl-C goes to every process of the terminal's group, and npm passes its own on as well; the broker
    // takes a second signal for "at once". So it stays out of that group, and gets each request once, from us.
    detached: process.platform !== 'win32',
  });
  passSignalsOn(broker);
  return new Promise((resolve, reject) => {
    broker.once('error', reject);
    broker.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

function passSignalsOn(broker) {
  let last = -Infinity;
  const passOn = (signal) => {
    const again = performance.now() - last < SAME_REQUEST;
    last = performance.now();
    // On Windows the console has told the broker already.
    if (!again && process.platform !== 'win32') broker.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, passOn);
  process.on('SIGHUP', () => passOn('SIGTERM')); // the terminal was closed
  whenNpmIsGone(() => passOn('SIGTERM'));
}

/** A signal to npm alone ends npm and the shell between us, and never comes here; being orphaned shows. */
function whenNpmIsGone(stop) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 500);
  timer.unref();
}

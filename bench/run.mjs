/**
 * `npm run bench`: installs and builds what is missing, then runs the benchmarks, one after the other, on the
 * pinned Node.
 *
 *   npm run bench                       every suite
 *   npm run bench -- suspension         the suites named
 *   npm run bench -- --quick latency    a small run, of which nothing is kept
 *   npm run bench -- --list             what there is
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, findNode, install, PrepareError, ROOT, say } from '../apps/standalone/prepare.mjs';

try {
  await install();
  const node = findNode();
  await build(node);
  const hooks = join(ROOT, 'test', 'from-source.mjs');
  const main = join(ROOT, 'bench', 'main.ts');
  // kafkajs sets timers in the past now and then, of which Node warns.
  const quiet = '--disable-warning=TimeoutNegativeWarning';
  const child = spawn(node, [quiet, '--import', hooks, main, ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  // The terminal has told the benchmark as well; it stops what it has started.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('exit', (code) => (process.exitCode = code ?? 1));
} catch (error) {
  if (!(error instanceof PrepareError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

/**
 * `npm test`: installs and builds what is missing, starts one Kafka broker for all suites where that can be
 * had, runs vitest on the pinned Node with all arguments passed on, and ends with the counts on a line alone.
 *
 *   npm test                     every suite
 *   npm test -- libs/policy      the suites whose path contains that
 *
 * KAFKA_BROKERS names a broker to use instead. With CI=true, a Kafka suite that cannot run is a failure.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, findNode, install, PrepareError, ROOT, say } from '../apps/standalone/prepare.mjs';
import { startKafka, whyNoKafka } from './kafka/broker.mjs';

const inCi = process.env['CI'] === 'true';

/** Reasons to fail although every test that ran has passed. */
const failures = [];

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof PrepareError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

async function main(args) {
  await install();
  const node = findNode();
  await build(node).catch(notedAsFailure);
  const kafka = await openKafka(args);
  const folder = mkdtempSync(join(tmpdir(), 'concordat-results-'));
  const results = join(folder, 'results.json');
  let exitCode;
  try {
    exitCode = await runVitest(node, args, results, kafka.brokers);
  } finally {
    await kafka.stop();
  }
  const counts = readCounts(results);
  rmSync(folder, { recursive: true, force: true });
  for (const failure of failures) say(failure);
  if (counts === undefined) {
    say('The test runner ended without a result: see its messages above.');
    return exitCode || 1;
  }
  if (exitCode !== 0 && counts.failed === 0)
    say('The test runner reports errors outside of tests: see above.');
  process.stdout.write(`\n${summary(counts)}\n`);
  return exitCode || (failures.length > 0 ? 1 : 0);
}

/** A build that fails is a failure, but the suites that test sources can still tell something. */
function notedAsFailure(error) {
  if (!(error instanceof PrepareError)) throw error;
  say(error.message);
  failures.push('The build failed: see the start of this output.');
}

/** One broker for the whole run, or none and why. */
async function openKafka(args) {
  const none = { brokers: undefined, stop: () => Promise.resolve() };
  if (process.env['KAFKA_BROKERS'] !== undefined) return none;
  // For a few chosen suites no broker is started in advance: those that need one start their own.
  if (args.some((arg) => !arg.startsWith('-'))) return none;
  const why = await whyNoKafka();
  if (why !== undefined) return without(why);
  try {
    return await startKafka();
  } catch (error) {
    return without(error instanceof Error ? error.message : String(error));
  }

  function without(reason) {
    say(`Kafka's suites are skipped: ${reason}. Set KAFKA_BROKERS, or install Java 17 and Maven.`);
    if (inCi)
      failures.push(`Kafka's suites could not run, which counts as a failure with CI=true: ${reason}.`);
    return none;
  }
}

/** @returns {Promise<number>} vitest's exit code */
function runVitest(node, args, results, brokers) {
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const child = spawn(node, [vitest, 'run', ...reporters, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: brokers === undefined ? process.env : { ...process.env, KAFKA_BROKERS: brokers },
  });
  // The terminal has told vitest as well; we wait for it, to stop Kafka afterwards.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function readCounts(results) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      readFileSync(results, 'utf8'),
    );
    // A file that fails as a whole (it does not compile, its set-up throws) has no failed test of its own.
    const brokenFiles = testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
    ).length;
    return {
      passed: numPassedTests,
      failed: numFailedTests + brokenFiles,
      skipped: numPendingTests + numTodoTests,
    };
  } catch {
    return undefined;
  }
}

function summary({ passed, failed, skipped }) {
  const counts = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? counts : `${counts}, ${skipped} skipped`;
}

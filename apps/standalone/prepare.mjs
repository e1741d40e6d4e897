/**
 * What `npm start` and `npm test` do first on any machine: install what is missing, build, and find the Node
 * that the broker is meant to run on. Runs on Node 20 with nothing installed, so it imports nothing but Node.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MODULES = join(ROOT, 'node_modules');
const OLDEST_NODE = 20;

/** A step that failed. The message is for people, says what to do, and holds the output if there was any. */
export class PrepareError extends Error {}

/**
 * Installs with `npm ci` if node_modules does not hold what package-lock.json asks for.
 *
 * @throws {PrepareError}
 */
export async function install() {
  refuseOldNode();
  if (!isInstalled()) await installNow();
}

/**
 * Builds whatever has changed since the last build.
 *
 * @param {string} node the Node to build with
 * @throws {PrepareError} with the compiler's output
 */
export async function build(node) {
  const compiler = join(MODULES, 'typescript', 'bin', 'tsc');
  const firstTime = !existsSync(join(ROOT, 'apps', 'standalone', 'dist', 'main.js'));
  const { code, output } = await runQuietly(
    node,
    [compiler, '-b'],
    firstTime ? 'Building (the first time only)' : undefined,
  );
  if (code !== 0) throw new PrepareError(`The build failed:\n\n${output.trim()}\n`);
}

/**
 * The pinned Node from node_modules, or this very Node where that one cannot run (it needs glibc 2.28 or
 * newer, for one). The broker is tested on the pinned one.
 *
 * @returns {string} the path of a Node
 */
export function findNode() {
  const pinned = join(MODULES, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const { status, error, stderr } = spawnSync(pinned, ['--version'], { encoding: 'utf8' });
  if (status === 0) return pinned;
  const why = error?.message ?? stderr.trim().split('\n')[0];
  say(`The pinned Node does not run here (${why}). Going on with Node ${process.versions.node}.`);
  return process.execPath;
}

/** Prints a line about what is going on, apart from the output of what is run. */
export function say(line) {
  process.stderr.write(`concordat: ${line}\n`);
}

function refuseOldNode() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return;
  throw new PrepareError(`This is Node ${process.versions.node}. Please use Node ${OLDEST_NODE} or newer.`);
}

/** Compares the lock file with the one that npm leaves in node_modules when an install has come to its end. */
function isInstalled() {
  const left = join(MODULES, '.package-lock.json');
  if (!existsSync(left)) return false;
  const installed = packagesOf(left);
  const wanted = packagesOf(join(ROOT, 'package-lock.json'));
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true; // the root and the workspaces themselves
    const found = installed[path];
    // Optional packages are those of other platforms.
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

async function installNow() {
  // `--include`: a shell with NODE_ENV=production must not leave out the compiler and the pinned Node.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await runNpm(args, 'Installing packages (the first time, and when they change)');
  if (code === 0) return;
  throw new PrepareError(
    `\`npm ci\` failed. It needs the npm registry (check the network or proxy), then try again. It said:\n\n${output.trim()}\n`,
  );
}

function runNpm(args, title) {
  // Set when we run under npm, and then names the very npm that does.
  const npm = process.env['npm_execpath'];
  if (npm !== undefined && /npm-cli\.[cm]?js$/u.test(npm))
    return runQuietly(process.execPath, [npm, ...args], title);
  const windows = process.platform === 'win32';
  return runQuietly(windows ? 'npm.cmd' : 'npm', args, title, { shell: windows });
}

/**
 * Runs a program to its end and keeps its output. With a title it shows that it is at work.
 *
 * @returns {Promise<{ code: number, output: string }>}
 */
async function runQuietly(file, args, title, options = {}) {
  const child = spawn(file, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const stopShowing = title === undefined ? () => {} : showProgress(title);
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += `${error.message}\n`;
      resolve(127);
    });
    child.once('close', (status) => resolve(status ?? 1));
  });
  stopShowing();
  return { code, output };
}

/** On a terminal a line that counts the seconds; elsewhere a line at the start, then one every 20 seconds. */
function showProgress(title) {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  if (process.stderr.isTTY) {
    const draw = () => process.stderr.write(`\rconcordat: ${title}: ${seconds()} s `);
    draw();
    const timer = setInterval(draw, 1000);
    return () => {
      clearInterval(timer);
      process.stderr.write('\n');
    };
  }
  say(`${title}…`);
  const timer = setInterval(() => say(`${title}: ${seconds()} s`), 20_000);
  return () => clearInterval(timer);
}

const packagesOf = (lockFile) => JSON.parse(readFileSync(lockFile, 'utf8')).packages;

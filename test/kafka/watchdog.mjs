/**
 * Runs a command and ends it when standard input closes. The parent holds the other end of that pipe, so the
 * command dies with the parent however the parent dies, SIGKILL included.
 *
 * Usage: node watchdog.mjs <log file> <folder> <command> [argument...]
 * The folder, unless it is empty, is removed when the parent died without ending the command itself.
 * Writes the command's process id on standard output, then nothing more.
 */
import { spawn } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';

const [logFile, leftBehind, command, ...args] = process.argv.slice(2);
const log = openSync(logFile, 'a');
const child = spawn(command, args, { stdio: ['ignore', log, log] });

child.on('spawn', () => process.stdout.write(`${child.pid}\n`));
child.on('error', () => process.exit(127));
let orphaned = false;
child.on('exit', (code) => {
  if (orphaned && leftBehind) rmSync(leftBehind, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code ?? 1);
});
process.stdin.on('end', () => {
  orphaned = true;
  child.kill('SIGKILL');
});
process.stdin.resume();
// A terminal's interrupt reaches the whole process group; the broker's end is the parent's decision.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

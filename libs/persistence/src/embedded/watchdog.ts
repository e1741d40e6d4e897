import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Account } from './account.js';

/**
 * Waits for a line or the end of its input. A line means that all is well; the end without one means that the
 * broker was killed: then stop the server, gently at first.
 */
const SCRIPT = `
  read -r line && exit 0
  kill -INT "$0" 2>/dev/null
  for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    kill -0 "$0" 2>/dev/null || exit 0
    sleep 1
  done
  kill -QUIT "$0" 2>/dev/null
`;

/**
 * Starts a tiny process that stops the server when we die without a chance to do so ourselves (`kill -9`, out
 * of memory). Returns how to send it away. On Windows there is none: there the next start stops the orphan.
 */
export function startWatchdog(serverPid: number, account: Account | undefined): () => void {
  if (process.platform === 'win32') return () => undefined;
  const watchdog = spawn('/bin/sh', ['-c', SCRIPT, serverPid.toString()], {
    cwd: '/',
    detached: true, // or the terminal's Ctrl-C would end it
    stdio: ['pipe', 'ignore', 'ignore'],
    ...account,
  });
  // Without a watchdog the database works all the same, so neither of these is a reason to stop.
  watchdog.on('error', () => undefined);
  watchdog.stdin.on('error', () => undefined);
  watchdog.unref();
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref();
  return () => {
    watchdog.stdin.end('done\n');
  };
}

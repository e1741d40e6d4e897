import { spawn } from 'node:child_process';
import type { Account } from './account.js';

export interface Finished {
  /** The exit code; null if a signal ended it. */
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end. Rejects only if it cannot be started. */
export function run(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly account: Account | undefined },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: serverEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...options.account,
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}

/**
 * Our environment without what would change the server: `PG*` settings of another database, and the locale,
 * which must be one that exists everywhere (macOS refuses to start Postgres without).
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('PG') && !name.startsWith('LC_') && name !== 'LANG' && name !== 'TZ',
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

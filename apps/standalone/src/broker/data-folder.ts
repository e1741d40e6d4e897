import { accessSync, constants, mkdirSync, statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PlainError } from '../plain-error.js';

const { R_OK, W_OK, X_OK } = constants;

/**
 * Makes the data folder if it is not there, and makes sure that it can be used.
 *
 * Not with `mkdir`'s own `recursive`: below a folder such as /proc, where nothing can be made, Node's tries for
 * ever.
 *
 * @returns its absolute path
 * @throws {PlainError} that says what is in the way and what to do
 */
export function makeDataFolder(path: string): string {
  const folder = resolve(path);
  const missing: string[] = [];
  let existing = folder;
  let found = look(existing);
  while (found === undefined && dirname(existing) !== existing) {
    missing.unshift(existing);
    existing = dirname(existing);
    found = look(existing);
  }
  if (found?.isDirectory() !== true) throw refusal(folder, `${existing} is not a folder`);
  attempt(folder, `${existing} is not open to this user`, () =>
    accessSync(existing, missing.length === 0 ? R_OK | W_OK | X_OK : W_OK | X_OK),
  );
  for (const next of missing) {
    attempt(folder, `${next} cannot be made`, () => {
      mkdirSync(next);
    });
  }
  return folder;
}

/** What is at a path; nothing, too, where a folder on the way to it is closed to us or is a file. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function attempt(folder: string, failure: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw refusal(folder, `${failure} (${code})`);
  }
}

const refusal = (folder: string, why: string): PlainError =>
  new PlainError(
    `The data folder ${folder} cannot be used: ${why}. Choose another: npm start -- --data <folder>`,
  );

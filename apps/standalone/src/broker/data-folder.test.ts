import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PlainError } from '../plain-error.js';
import { makeDataFolder } from './data-folder.js';

let base: string;
beforeEach(() => (base = mkdtempSync(join(tmpdir(), 'concordat-folder-'))));
afterEach(() => rmSync(base, { recursive: true, force: true }));

const refusal = (folder: string): string => {
  try {
    makeDataFolder(folder);
  } catch (error) {
    if (error instanceof PlainError) return error.message;
    throw error;
  }
  throw new Error(`${folder} was not refused`);
};

describe('the data folder', () => {
  it('is made with the folders above it, and left as it is when it is there', () => {
    const folder = join(base, 'a', 'b', 'c');
    expect(makeDataFolder(folder)).toBe(folder);
    writeFileSync(join(folder, 'kept'), '');
    expect(makeDataFolder(folder)).toBe(folder);
    expect(existsSync(join(folder, 'kept'))).toBe(true);
  });

  it('is refused where a file is in the way, with what to do', () => {
    const file = join(base, 'file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'below'), join(file, 'far', 'below')]) {
      expect(refusal(folder)).toBe(
        `The data folder ${folder} cannot be used: ${file} is not a folder. Choose another: npm start -- --data <folder>`,
      );
    }
  });

  it.runIf(process.platform === 'linux')('is refused at once where nothing can be made', () => {
    expect(refusal('/proc/nope/deeper')).toMatch(
      /^The data folder \/proc\/nope\/deeper cannot be used: .* npm start -- --data <folder>$/u,
    );
  });

  // Permissions do not bind the administrator.
  it.runIf(process.getuid?.() !== 0)('is refused where the user may not write, and nothing is made', () => {
    const closed = join(base, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    expect(refusal(closed)).toContain(`${closed} is not open to this user (EACCES)`);
    expect(refusal(join(closed, 'a', 'b'))).toContain(`${closed} is not open to this user (EACCES)`);
  });
});

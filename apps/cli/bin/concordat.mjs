#!/usr/bin/env node
// Committed, because npm links a command only if its file is there before the build.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('Concordat is not built yet. Run "npm run build" or "npm start" first.\n');
  process.exitCode = 1;
}

import { run } from './program.js';
import { processTerminal } from './terminal/terminal.js';

process.exitCode = await run(process.argv.slice(2), processTerminal());

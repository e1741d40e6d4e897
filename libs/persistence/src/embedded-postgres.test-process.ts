/** A broker in small for the tests: runs a database in the folder given and says so, until it is killed. */
import { startEmbeddedPostgres } from './embedded-postgres.js';

const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '' });
process.stdout.write(`${server.url}\n`);
setInterval(() => undefined, 60_000);

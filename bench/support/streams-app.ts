import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HOME = fileURLToPath(new URL('../peers/kafka-streams/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/bench-kafka-streams/', import.meta.url));

/** Compiles the Kafka Streams app with Maven, once for each state of its sources. @returns its class path */
export async function buildStreamsApp(): Promise<string> {
  const folder = join(CACHE, digestOfSources());
  if (!existsSync(folder)) {
    mkdirSync(CACHE, { recursive: true });
    // Made beside, then renamed: a build that was cut short never counts as one.
    const partial = mkdtempSync(join(CACHE, 'partial-'));
    try {
      await run('mvn', [
        '-q',
        '-B',
        '-f',
        join(HOME, 'pom.xml'),
        `-Dbuild.folder=${partial}`,
        'compile',
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${join(partial, 'jars')}`,
      ]);
      renameSync(partial, folder);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return [join(folder, 'classes'), join(folder, 'jars', '*')].join(delimiter);
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  const files = globSync(['pom.xml', 'src/**/*.*'], { cwd: HOME }).sort();
  for (const file of files) hash.update(file).update(readFileSync(join(HOME, file)));
  return hash.digest('hex').slice(0, 16);
}

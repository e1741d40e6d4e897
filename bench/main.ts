import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { svgOf } from './support/chart.js';
import { Holding } from './support/holding.js';
import { chartFile, headOf, markdownOf, pageOf } from './support/print.js';
import type { Result, Suite } from './support/suite.js';
import { decide } from './suites/decide.js';
import { enforcer } from './suites/enforcer.js';
import { latency } from './suites/latency.js';
import { scaling } from './suites/scaling.js';
import { suspension } from './suites/suspension.js';

const SUITES: readonly Suite[] = [decide, enforcer, latency, scaling, suspension];

const RESULTS = fileURLToPath(new URL('results/', import.meta.url));
const README = fileURLToPath(new URL('README.md', import.meta.url));
/** Below this line, bench/README.md is made from the results. */
const MADE = '<!-- made by npm run bench -->\n';

const HELP = `npm run bench -- [--quick] [suite ...]

Runs the benchmarks named, or all, one after the other. Each prints its tables and writes
bench/results/<suite>.json, from which the tables in bench/README.md are made.

${SUITES.map(({ name, about }) => `  ${name.padEnd(14)}${about}`).join('\n')}

  --quick       small runs, to try them: nothing is written
  --list        what there is
  --help        this text
`;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) return void process.stdout.write(HELP);
  if (args.includes('--list'))
    return void process.stdout.write(SUITES.map(({ name }) => `${name}\n`).join(''));
  const quick = args.includes('--quick');
  const names = args.filter((arg) => arg !== '--quick');
  const unknown = names.filter((arg) => !SUITES.some(({ name }) => name === arg));
  if (unknown.length > 0) {
    process.stderr.write(`There is no suite called ${unknown.join(', ')}.\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  const chosen = names.length === 0 ? SUITES : SUITES.filter(({ name }) => names.includes(name));
  for (const suite of chosen) {
    const result = await run(suite, quick);
    process.stdout.write(`\n${headOf(result)}\n${markdownOf(result)}\n`);
    if (quick) continue;
    keep(result);
    writeReadme();
  }
}

async function run({ name, about, run: measure }: Suite, quick: boolean): Promise<Result> {
  const say = (line: string): void => void process.stderr.write(`${name}: ${line}\n`);
  const held = new Holding(say);
  const measured = await held.during(() => measure({ say, quick, holding: held.hold }));
  const [cpu] = cpus();
  const machine = {
    cpu: cpu?.model.trim() ?? 'unknown processor',
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.versions.node,
  };
  return { suite: name, about, at: new Date().toISOString(), machine, ...measured };
}

function keep(result: Result): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(`${RESULTS}${result.suite}.json`, `${JSON.stringify(result, null, 2)}\n`);
  for (const chart of result.charts ?? []) {
    writeFileSync(`${RESULTS}${chartFile(result.suite, chart)}`, svgOf(chart));
  }
}

function writeReadme(): void {
  const results = readdirSync(RESULTS)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(`${RESULTS}${file}`, 'utf8')) as Result);
  const [before = ''] = readFileSync(README, 'utf8').split(MADE);
  const made = results.map(pageOf).join('\n\n');
  writeFileSync(README, `${before}${MADE}\n${made}\n`);
}

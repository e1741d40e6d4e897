/** Whoever holds the database can change the ledger, but not without `concordat audit verify` saying so. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BrokerClient, verifyLedger, type RememberingVerdict } from '@concordat/cli';
import { createPostgresEventLog } from '@concordat/event-log';
import { auditRecords, topics, type AuditEntry } from '@concordat/exchange';
import { deathRegistrations } from '@concordat/sample';
import { formatVerifierKey } from '@concordat/transparency';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withDatabase } from './support/database.js';
import { readEntries, readLedger, untilDecided } from './support/ledger.js';
import { startStandalone, type Standalone } from './support/standalone.js';
import { until } from './support/wait.js';

const ROOT = new URL('../', import.meta.url);
const NODE = fileURLToPath(new URL('node_modules/.bin/node', ROOT));
const CLI = fileURLToPath(new URL('apps/cli/bin/concordat.mjs', ROOT));
/** Each run of the command is a process of its own, which takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

const TABLES = ['entry', 'node', 'tree', 'checkpoint'];

let broker: Standalone;
let overseer: BrokerClient;

beforeAll(async () => {
  broker = await startStandalone({ sample: true });
  overseer = new BrokerClient(broker.credentials('data-oversight.oversight'));
});

afterAll(async () => {
  await broker.stop();
});

const credentialsFile = (): string =>
  join(broker.dataFolder, 'sample', 'credentials', 'pensions.officer.json');
const memory = (): string => credentialsFile().replace('.json', '.ledger.json');

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** `concordat audit verify` as the officer of pensions. */
function run(...more: readonly string[]): Promise<Outcome> {
  const args = [CLI, 'audit', 'verify', '--credentials', credentialsFile(), ...more];
  return new Promise((resolve) => {
    execFile(NODE, args, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

async function verdictOf(
  ...more: readonly string[]
): Promise<RememberingVerdict & { readonly code: number }> {
  const { code, output } = await run('--json', ...more);
  return { ...(JSON.parse(output) as RememberingVerdict), code };
}

const sql = (work: (client: pg.Client) => Promise<unknown>): Promise<unknown> =>
  withDatabase(broker.databaseUrl(), work);

/** Copies the ledger's tables away. Where in the log the ledger has come to is not among them. */
async function backUp(): Promise<void> {
  await sql(async (client) => {
    await client.query('drop schema if exists backup cascade');
    await client.query('create schema backup');
    for (const table of TABLES) {
      await client.query(`create table backup.${table} as table ledger.${table}`);
    }
  });
}

async function putBack(): Promise<void> {
  await sql(async (client) => {
    await client.query('begin');
    for (const table of TABLES) {
      await client.query(`delete from ledger.${table}`);
      await client.query(`insert into ledger.${table} table backup.${table}`);
    }
    await client.query('commit');
  });
}

/** What verify says while the database is as a change has left it. */
async function tampered(...statements: readonly string[]): Promise<Outcome> {
  await backUp();
  try {
    await sql(async (client) => {
      for (const statement of statements) {
        expect((await client.query(statement)).rowCount).toBeGreaterThan(0);
      }
    });
    return await run();
  } finally {
    await putBack();
  }
}

/** The first entry that tells of a release to a recipient. */
const releasedTo = (recipient: string): string =>
  `(select min(index) from ledger.entry
    where content like '%"recipient":"${recipient}"%' and content like '%"type":"disclosure.released"%')`;

const changeOf = (recipient: string, from: string, to: string): string =>
  `update ledger.entry set content = replace(content, '${from}', '${to}') where index = ${releasedTo(recipient)}`;

const middle = '(select max(index) / 2 from ledger.entry)';

describe('concordat audit verify', () => {
  it('remembers by default, and says what it compared with', async () => {
    rmSync(memory(), { force: true });
    const first = await verdictOf();
    expect(first).toMatchObject({
      code: 0,
      verified: true,
      keptIn: memory(),
      size: first.read + first.hashOnly,
    });
    expect(first.comparison).toBe(
      `Nothing was kept from earlier, so an earlier state cannot be ruled out; this checkpoint is kept now in ${memory()}.`,
    );
    expect(first.sentence).toBe(
      `${first.read} entries were read and checked, ${first.hashOnly} are known by their hash alone; together they are the tree that the ledger signed.`,
    );
    const second = await verdictOf();
    expect(second).toMatchObject({
      code: 0,
      comparedWith: { size: first.size, checkpoint: first.checkpoint },
    });
    const { output } = await run();
    expect(output).toMatch(/^VERIFIED: /u);
    expect(output).toMatch(
      new RegExp(`^Compared with the checkpoint of ${first.size} entries that was kept on 2.+Z\\.$`, 'mu'),
    );
  });

  it('remembers elsewhere, or not at all, when told so', async () => {
    rmSync(memory(), { force: true });
    const elsewhere = join(broker.dataFolder, 'elsewhere.json');
    expect(await verdictOf('--remember', elsewhere)).toMatchObject({ code: 0, keptIn: elsewhere });
    const without = await verdictOf('--no-remember');
    expect(without).toMatchObject({ code: 0, verified: true });
    expect(without.comparison).toMatch(/^Nothing was kept from earlier, .+ not kept either\.$/u);
    expect(existsSync(memory())).toBe(false);
  });

  it('does not take another key than the one that was kept, nor a memory that it cannot read', async () => {
    await run();
    const kept = readFileSync(memory(), 'utf8');
    const { publicKey } = generateKeyPairSync('ed25519');
    const another = formatVerifierKey('concordat.example/ledger', publicKey);
    const { code, output } = await run('--key', another);
    expect([code, output]).toEqual([1, expect.stringMatching(/^NOT VERIFIED: The ledger’s key is another/u)]);
    expect(await verdictOf('--key', another, '--no-remember')).toMatchObject({ code: 1, verified: false });
    writeFileSync(memory(), '{}');
    expect(await run()).toMatchObject({ code: 2 });
    writeFileSync(memory(), kept);
    expect(await run()).toMatchObject({ code: 0 });
  });

  it('was done by the demonstration, which remembers in its own folder', () => {
    expect(broker.output()).toMatch(/VERIFIED: All \d+|VERIFIED: \d+ entries were read and checked/u);
    expect(broker.output()).toContain('Nothing was kept from earlier');
    expect(existsSync(join(broker.dataFolder, 'sample', 'ledger.json'))).toBe(true);
  });
});

describe('a change in the database', () => {
  const notVerified = { code: 1, output: expect.stringMatching(/^NOT VERIFIED: .*\n/u) as string };
  const sayTime = (member: string): [string, string] => [`"${member}":"20`, `"${member}":"19`];

  it.each<readonly [string, ...string[]]>([
    ['an entry of the own agency', changeOf('pensions', ...sayTime('occurred'))],
    ['an entry of another agency', changeOf('driver-licensing', ...sayTime('occurred'))],
    ['when an own entry was recorded', changeOf('pensions', ...sayTime('recorded'))],
    ['when another agency’s entry was recorded', changeOf('driver-licensing', ...sayTime('recorded'))],
    ['whom an entry is about', changeOf('pensions', '"recipient":"pensions"', '"recipient":"nobody"')],
    ['an entry into what is no JSON', changeOf('pensions', '"recipient"', 'recipient"')],
    [
      'the order of two entries',
      `update ledger.entry set index = -1 where index = ${middle}`,
      `update ledger.entry set index = index - 1 where index = ${middle} + 1`,
      `update ledger.entry set index = ${middle} + 1 where index = -1`,
    ],
    ['an entry of the middle, deleted', `delete from ledger.entry where index = ${middle}`],
    [
      'the last entry, deleted',
      'delete from ledger.entry where index = (select max(index) from ledger.entry)',
    ],
    [
      'the last two entries and the tree’s size',
      'delete from ledger.entry where index >= (select size - 2 from ledger.tree)',
      'update ledger.tree set size = size - 2',
    ],
  ])('of %s shows', async (_, ...statements) => {
    expect(await run()).toMatchObject({ code: 0 });
    expect(await tampered(...statements)).toMatchObject(notVerified);
  });

  it('that puts the whole ledger back to an earlier state shows to whoever remembers a later one', async () => {
    await overseer.auditCheckpoint();
    await backUp();
    const publisher = new BrokerClient(broker.credentials('register-office.system'));
    const receipts: string[] = [];
    for (const event of deathRegistrations({ seed: 909, count: 3 })) {
      receipts.push((await publisher.publish(event)).receipt);
    }
    await untilDecided(overseer, receipts);
    const before = await verdictOf();
    expect(before).toMatchObject({ code: 0, verified: true });

    await putBack();
    expect(await verdictOf('--no-remember')).toMatchObject({ code: 0, verified: true });
    const after = await verdictOf();
    expect(after).toMatchObject({ code: 1, verified: false, comparedWith: { size: before.size } });
    expect(after.sentence).toMatch(/fewer than/u);

    // And when the ledger grows again, past what was remembered, it has still lost what was there.
    for (const event of deathRegistrations({ seed: 910, count: 9 })) await publisher.publish(event);
    await until(
      'a larger ledger',
      async () => ((await verdictOf('--no-remember')).size ?? 0) > (before.size ?? 0),
    );
    expect(await run()).toMatchObject({
      code: 1,
      output: expect.stringContaining('no continuation') as string,
    });
    rmSync(memory());
    expect(await run()).toMatchObject({ code: 0 });
  });
});

describe('an entry', () => {
  it('that comes again is one entry; with another text it is a conflict that its parties can read', async () => {
    const about = (await readEntries(overseer)).find(({ type }) => type === 'event.accepted');
    const { recorded, ...told } = about as unknown as AuditEntry & { readonly recorded: string };
    expect(recorded).toMatch(/^2.+Z$/u);
    const log = await createPostgresEventLog({ connectionString: broker.databaseUrl() });
    try {
      const other = { ...told, occurred: '2001-01-01T00:00:00.000Z' };
      await log.append(topics.audit, auditRecords([{ entry: told }, { entry: other }, { entry: other }]));
    } finally {
      await log.close();
    }
    const ofConflict = async (client: BrokerClient): Promise<unknown[]> =>
      (await readLedger(client)).flatMap((seen) =>
        'entry' in seen && seen.entry['type'] === 'conflict' ? [seen.entry['of']] : [],
      );
    await until('the conflict', async () => (await ofConflict(overseer)).length > 0);
    expect(await ofConflict(overseer)).toEqual([told.id]);
    expect(await ofConflict(new BrokerClient(broker.credentials('register-office.officer')))).toEqual([
      told.id,
    ]);
    expect(await ofConflict(new BrokerClient(broker.credentials('pensions.officer')))).toEqual([]);
    const entries = await readEntries(overseer);
    expect(entries.filter(({ id }) => id === told.id)).toEqual([about]);
    const verifierKey = await overseer.auditKey();
    expect(await verifyLedger(overseer, { verifierKey })).toMatchObject({ verified: true });
  });
});

describe('the next start', () => {
  it('compares the ledger with what the start before has kept', async () => {
    await broker.kill();
    await broker.start();
    expect(broker.process.output()).toMatch(
      /\nVERIFIED: All \d+ entries.+\nCompared with the checkpoint of \d+ entries that was kept on 2/u,
    );
  });
});

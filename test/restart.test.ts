import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerClient, verifyLedger } from '@concordat/cli';
import { RECIPIENTS } from './support/agencies.js';
import { databasePid, newDataFolder, removeDataFolder } from './support/data-folder.js';
import { whatIsKept } from './support/database.js';
import { readEntries } from './support/ledger.js';
import { readMailbox } from './support/mailbox.js';
import { freePort, startApp } from './support/node-process.js';
import { startStandalone } from './support/standalone.js';

describe('a second start on the same data', () => {
  let dataFolder: string;
  beforeAll(() => (dataFolder = newDataFolder()));
  afterAll(() => removeDataFolder(dataFolder));

  it(
    'keeps everything, seeds nothing twice, and both ends leave nothing running',
    { timeout: 90_000 },
    async () => {
      const first = await startStandalone({ dataFolder, sample: true, env: { COLUMNS: '100' } });
      expect(first.output()).toMatch(/^Of all 40 events:\n(?: {2}[a-z-]+ +received +\d+\n){4}/mu);
      const table = first
        .output()
        .slice(first.output().indexOf('One death'), first.output().indexOf('Of all'));
      expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
      const before = await seen(first.url, first.credentials);
      const kept = await whatIsKept(first.databaseUrl());
      const database = databasePid(dataFolder);
      expect(isAlive(database)).toBe(true);
      expect(await first.stop()).toEqual({ code: 0, signal: null });
      expect(isAlive(database)).toBe(false);
      expect(first.output()).not.toMatch(/"level":"(warn|error|fatal)"/u);

      // Another port, as when the first is taken by now: credentials follow it.
      const second = await startStandalone({ dataFolder, sample: true });
      expect(second.process.output()).toContain('The sample is there from an earlier start');
      const after = await seen(second.url, second.credentials);
      expect(after.mailboxes).toEqual(before.mailboxes);
      expect(after.entries.slice(0, before.entries.length)).toEqual(before.entries);
      const added = after.entries.slice(before.entries.length).map(({ type }) => type);
      // Pulling and acknowledging again is no news either.
      expect(added.filter((type) => type !== 'disclosures.delivered')).toEqual([]);
      expect(after.entries.filter(({ type }) => type === 'conflict')).toEqual([]);
      const now = await whatIsKept(second.databaseUrl());
      for (const table of [
        'intake.receipt',
        'delivery.mailbox_item',
        'registry.agency',
        'registry.agency_key',
        'log: events',
        'log: disclosures',
      ]) {
        expect([table, now[table]]).toEqual([table, kept[table]]);
      }
      const overseer = new BrokerClient(second.credentials('data-oversight.oversight'));
      const verifierKey = await overseer.auditKey();
      expect(verifierKey).toBe(before.verifierKey);
      expect(await verifyLedger(overseer, { verifierKey, earlier: before.checkpoint })).toMatchObject({
        verified: true,
      });
      expect(await second.stop()).toEqual({ code: 0, signal: null });
    },
  );

  it('goes on from a seeding that was cut off', { timeout: 120_000 }, async () => {
    const folder = newDataFolder();
    try {
      const port = await freePort();
      for (const step of [
        'Registering the event schemas',
        'Signing death-notification-northshire-council',
        'Publishing 40 sample events',
      ]) {
        const cut = startApp('standalone', ['--data', folder, '--port', String(port)], {});
        await cut.untilOutput(step);
        await cut.end('SIGKILL');
      }
      const broker = await startStandalone({ dataFolder: folder, port, sample: true });
      const { entries } = await seen(broker.url, broker.credentials);
      const count = (type: string) => entries.filter((entry) => entry.type === type).length;
      expect(count('agency.registered')).toBe(6);
      expect(count('agreement.activated')).toBe(4);
      expect(count('conflict')).toBe(0);
      expect(count('event.accepted')).toBe(39);
      expect(broker.process.output()).toContain('VERIFIED');
      expect((await broker.stop()).code).toBe(0);
    } finally {
      removeDataFolder(folder);
    }
  });

  async function seen(
    url: string,
    credentials: (clientId: string) => ConstructorParameters<typeof BrokerClient>[0],
  ) {
    const overseer = new BrokerClient(credentials('data-oversight.oversight'));
    expect(credentials('pensions.system').url).toBe(url);
    const mailboxes = new Map();
    for (const recipient of RECIPIENTS) {
      mailboxes.set(recipient, (await readMailbox(credentials(`${recipient}.system`), 1)).received);
    }
    const checkpoint = await overseer.auditCheckpoint();
    return {
      mailboxes,
      checkpoint,
      verifierKey: await overseer.auditKey(),
      entries: await readEntries(overseer),
    };
  }
});

describe('a stop', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s, while a pull waits, is clean',
    { timeout: 60_000 },
    async (signal) => {
      const broker = await startStandalone({ sample: true });
      const database = databasePid(broker.dataFolder);
      const client = new BrokerClient(broker.credentials('register-office.system'));
      const waiting = client.pull('0', 10, 30).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const started = performance.now();
      expect(await broker.process.end(signal)).toEqual({ code: 0, signal: null });
      expect(performance.now() - started).toBeLessThan(15_000);
      // The pull that waited is answered, not broken off.
      expect(await waiting).toEqual({ deliveries: [], next: '0' });
      expect(broker.output()).toContain('Stopped.');
      expect(isAlive(database)).toBe(false);
      await broker.stop();
    },
  );

  it('while it is still starting ends it all the same', { timeout: 60_000 }, async () => {
    const folder = newDataFolder();
    const starting = startApp('standalone', ['--data', folder, '--port', String(await freePort())], {});
    await starting.untilOutput('Registering agencies');
    const database = databasePid(folder);
    expect((await starting.end('SIGINT')).signal).toBe(null);
    expect(isAlive(database)).toBe(false);
    removeDataFolder(folder);
  });
});

describe('the command line', () => {
  const run = async (...args: string[]) => {
    const process = startApp('standalone', args, {});
    const { code } = await process.ended;
    return { code, output: process.output() };
  };

  it('--help prints the options, and starts nothing', async () => {
    const { code, output } = await run('--help');
    expect(code).toBe(0);
    for (const option of ['--port', '--host', '--data', '--kafka-brokers', '--database-url', '--no-sample']) {
      expect(output).toContain(option);
    }
  });

  // What else is refused is tested beside the options; a process for each would take its time.
  it.each([[['--ports', '1']], [['--port', '0']]])(
    'refuses %j with 2 and a reason, and says where the options are',
    async (args) => {
      const { code, output } = await run(...args);
      expect(code).toBe(2);
      expect(output).toMatch(/^[^\n]+\.\nnpm start -- --help lists the options\.\n$/u);
    },
  );

  it('a port in use is named, with another, before anything is made', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const folder = newDataFolder();
    const { code, output } = await run('--data', folder, '--port', String(port), '--no-sample');
    const made = readdirSync(folder);
    server.close();
    removeDataFolder(folder);
    expect(code).toBe(1);
    expect(output).toMatch(
      new RegExp(
        `^Starting .*\\nPort ${port} is in use\\. Choose another: npm start -- --port \\d+\\n$`,
        'u',
      ),
    );
    expect(made).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('a data folder that cannot be made is named', async () => {
    const { code, output } = await run('--data', '/proc/nope', '--port', String(await freePort()));
    expect(code).toBe(1);
    expect(output).toMatch(/\nThe data folder \/proc\/nope cannot be used: [^\n]+ --data <folder>\n$/u);
  });

  it(
    'a data folder in use is named, with an end of 1, and the first broker goes on',
    { timeout: 60_000 },
    async () => {
      const broker = await startStandalone({ sample: false });
      const { code, output } = await run(
        '--data',
        broker.dataFolder,
        '--port',
        String(await freePort()),
        '--no-sample',
      );
      expect(code).toBe(1);
      expect(output).toMatch(/in use by process \d+/u);
      expect((await fetch(`${broker.url}/health/ready`)).status).toBe(200);
      expect((await broker.stop()).code).toBe(0);
    },
  );
});

describe.runIf(process.platform === 'linux')('each app as a process of its own', () => {
  it('one that is killed ends the broker, which says so in one line', { timeout: 180_000 }, async () => {
    const folder = newDataFolder();
    const port = await freePortWithSixAfter();
    const args = ['--data', folder, '--port', String(port), '--no-sample', '--processes'];
    const broker = startApp('standalone', args, {});
    await broker.untilOutput('The broker is running.', 150_000);
    const health = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect(health.status).toBe(200);
    const { checks } = (await health.json()) as { checks: Record<string, boolean> };
    const named = new Set(Object.keys(checks).map((name) => name.split('/')[0]));
    expect([...named].sort()).toEqual(['delivery', 'enforcer', 'identity', 'intake', 'ledger', 'registry']);

    const database = databasePid(folder);
    const before = broker.output();
    process.kill(childOf(broker.pid, 'delivery'), 'SIGKILL');
    expect(await broker.ended).toEqual({ code: 1, signal: null });
    expect(broker.output().slice(before.length)).toBe(
      'The process of delivery ended (SIGKILL); the rest is stopped.\nStopped.\n',
    );
    expect(isAlive(database)).toBe(false);
    removeDataFolder(folder);
  });

  function childOf(parent: number, app: string): number {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
    const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`/${app}/`));
    if (found === undefined) throw new Error(`${app} does not run`);
    return Number(found);
  }

  async function isFree(port: number): Promise<boolean> {
    const server = createServer();
    const free = await once(server.listen(port, '127.0.0.1'), 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    return free;
  }

  async function freePortWithSixAfter(): Promise<number> {
    for (;;) {
      const port = await freePort();
      const found = await Promise.all([1, 2, 3, 4, 5, 6].map((after) => isFree(port + after)));
      if (found.every((free) => free)) return port;
    }
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

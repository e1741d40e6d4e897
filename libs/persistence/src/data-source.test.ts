import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlDatabase } from '@concordat/event-log';
import {
  Column,
  Entity,
  PrimaryColumn,
  QueryFailedError,
  type EntityManager,
  type QueryRunner,
} from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataSource, ping } from './data-source.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

@Entity('note')
class Note {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  body!: string;
}

class MakeNote1700000000000 {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table note (id text primary key, body text not null)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table note');
  }
}

class Broken1700000000001 {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table half (n int)');
    await runner.query('create table note (n int)');
  }

  down(): Promise<void> {
    return Promise.resolve();
  }
}

let folder: string;
let server: EmbeddedPostgres;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'concordat-test-'));
  chmodSync(folder, 0o755);
  server = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const open = (schema: string, poolSize?: number) =>
  openDataSource({
    url: server.url,
    schema,
    entities: [Note],
    migrations: [MakeNote1700000000000],
    ...(poolSize === undefined ? {} : { poolSize }),
  });

describe('openDataSource', () => {
  it('migrates once, however many instances start together, each app in a schema of its own', async () => {
    const sources = await Promise.all([open('one'), open('one'), open('one'), open('two')]);
    const [one, , , two] = sources;
    expect(await one.query('select name from migrations')).toEqual([{ name: 'MakeNote1700000000000' }]);
    await one.getRepository(Note).insert({ id: 'a', body: 'of one' });
    expect(await one.query('select body from note')).toEqual([{ body: 'of one' }]);
    expect(await one.query('select body from one.note')).toEqual([{ body: 'of one' }]);
    expect(await two.query('select body from note')).toEqual([]);
    for (const source of sources) await source.destroy();
  });

  it('resolves raw queries to rows, whatever the statement, as the event log expects', async () => {
    const source = await open('rows');
    const database: SqlDatabase<EntityManager> = source;
    await database.transaction(async (transaction) => {
      expect(await transaction.query('create table position (name text, at bigint)')).toEqual([]);
      const inserted = await transaction.query("insert into position values ('lane', 1) returning at");
      expect(inserted).toEqual([{ at: '1' }]);
      const moved = await transaction.query('update position set at = at + $1 returning name', [1]);
      expect(moved).toEqual([{ name: 'lane' }]);
      expect(await transaction.query('delete from position')).toEqual([]);
    });
    expect(await source.query('delete from note')).toEqual([]);
    await source.destroy();
  });

  it('rolls back rejected work, entities and raw SQL alike', async () => {
    const source = await open('rollback');
    const work = source.transaction(async (manager) => {
      await manager.getRepository(Note).insert({ id: 'a', body: 'never' });
      await manager.query("insert into note values ('b', 'never')");
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await source.getRepository(Note).count()).toBe(0);
    await source.destroy();
  });

  it('applies no migration if one fails, and tells', async () => {
    const opening = openDataSource({
      url: server.url,
      schema: 'broken',
      entities: [],
      migrations: [MakeNote1700000000000, Broken1700000000001],
    });
    await expect(opening).rejects.toThrow(/already exists/);
    const source = await open('broken');
    expect(await source.query("select to_regclass('half')::text as half")).toEqual([{ half: null }]);
    expect(await source.query('select name from migrations')).toHaveLength(1);
    await source.destroy();
  });

  it('has errors that name the constraint but hold nothing of the record', async () => {
    const source = await open('careful');
    const secret = 'QQ123456C';
    const notes = source.getRepository(Note);
    await notes.insert({ id: secret, body: secret });
    for (const attempt of [
      () => notes.insert({ id: secret, body: secret }),
      () => source.query('insert into note values ($1, $1)', [secret]),
    ]) {
      const error: unknown = await attempt().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(QueryFailedError);
      expect(error).toMatchObject({ driverError: { code: '23505', constraint: 'note_pkey' } });
      const shown = `${String(error)} ${JSON.stringify(error)} ${JSON.stringify((error as QueryFailedError).driverError)}`;
      expect(shown).not.toContain(secret);
    }
    await source.destroy();
  });

  it('answers again after the database has crashed, and says when it does not', async () => {
    const source = await open('crash', 2);
    await ping(source);
    const caught = source
      .transaction(async (manager) => {
        await manager.query("insert into note values ('a', 'lost')");
        await server.kill();
        await manager.query('select 1');
      })
      .catch((error: unknown) => error);
    expect(await caught).toBeInstanceOf(Error);
    await expect(ping(source)).rejects.toThrow();
    await server.restart();
    await ping(source);
    expect(await source.getRepository(Note).count()).toBe(0);
    await source.destroy();
  });

  it('refuses a schema name that is more than a name', async () => {
    await expect(open('x; drop schema public')).rejects.toThrow(TypeError);
  });
});

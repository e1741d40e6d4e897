import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tree: its entries, the hashes of its complete subtrees, its size, and the checkpoints signed of it. */
export class Tree1764000000001 implements MigrationInterface {
  readonly name = 'Tree1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table entry (
        index bigint primary key,
        id text not null unique,
        content text not null
      )`);
    await runner.query(`
      create table node (
        level smallint not null,
        index bigint not null,
        hash bytea not null,
        primary key (level, index)
      )`);
    await runner.query(`
      create table tree (
        singleton boolean primary key default true check (singleton),
        size bigint not null,
        root bytea not null
      )`);
    await runner.query(`
      insert into tree (size, root)
      values (0, decode('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex'))`);
    await runner.query('create table checkpoint (size bigint primary key, note text not null)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['checkpoint', 'tree', 'node', 'entry']) await runner.query(`drop table ${table}`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the authorisation server must remember: above all, which client assertions have been used. */
export class Artifacts1764000000001 implements MigrationInterface {
  readonly name = 'Artifacts1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table artifact (
        model text not null,
        id text not null,
        payload jsonb not null,
        grant_id text,
        expires timestamptz,
        primary key (model, id)
      )`);
    await runner.query('create index on artifact (expires)');
    await runner.query('create index on artifact (grant_id) where grant_id is not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table artifact');
  }
}

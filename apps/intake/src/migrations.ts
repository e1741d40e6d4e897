import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What intake remembers of the events that it accepted: enough to know them again, nothing of what they say. */
export class Receipts1764000000001 implements MigrationInterface {
  readonly name = 'Receipts1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table receipt (
        event_hash bytea primary key,
        content_hash bytea not null,
        receipt uuid not null,
        accepted timestamptz not null
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table receipt');
  }
}

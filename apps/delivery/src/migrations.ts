import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Mailboxes: for each recipient a gap-free sequence of disclosures. */
export class Mailboxes1764000000001 implements MigrationInterface {
  readonly name = 'Mailboxes1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table mailbox (
        recipient text primary key,
        last_position bigint not null default 0,
        handed_out bigint not null default 0,
        acknowledged bigint not null default 0,
        check (acknowledged <= handed_out and handed_out <= last_position)
      )`);
    await runner.query(`
      create table mailbox_item (
        recipient text not null,
        position bigint not null,
        traceparent text,
        event text not null,
        primary key (recipient, position)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table mailbox_item');
    await runner.query('drop table mailbox');
  }
}

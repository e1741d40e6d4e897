import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Agencies, their keys, event schemas, agreements and signatures. Rows are added, never changed or removed. */
export class Register1764000000001 implements MigrationInterface {
  readonly name = 'Register1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table agency (
        id text primary key,
        name text not null,
        sources text[] not null,
        oversight boolean not null,
        registered timestamptz not null default now()
      )`);
    await runner.query(`
      create table agency_key (
        kid text primary key,
        agency text not null references agency,
        use text not null,
        role text not null,
        jwk jsonb not null,
        valid_from timestamptz not null
      )`);
    await runner.query('create index on agency_key (agency, use, role)');
    await runner.query(`
      create table event_schema (
        number bigint generated always as identity,
        type text not null,
        digest text not null,
        owner text not null references agency,
        schema json not null,
        registered timestamptz not null default now(),
        primary key (type, digest)
      )`);
    await runner.query(`
      create table agreement (
        id text not null,
        version integer not null,
        digest text not null,
        content text not null,
        proposed_by text not null references agency,
        proposed timestamptz not null default now(),
        primary key (id, version)
      )`);
    await runner.query(`
      create table agreement_signature (
        id text not null,
        version integer not null,
        party text not null,
        role text not null,
        kid text not null references agency_key,
        header text not null,
        signature text not null,
        received timestamptz not null default now(),
        primary key (id, version, party, role),
        foreign key (id, version) references agreement
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['agreement_signature', 'agreement', 'event_schema', 'agency_key', 'agency']) {
      await runner.query(`drop table ${table}`);
    }
  }
}

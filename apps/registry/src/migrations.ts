import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In the order in which one refers to another. */
const TABLES = [
  'agency',
  'agency_key',
  'agency_key_revocation',
  'event_schema',
  'agreement_template',
  'agreement',
  'agreement_signature',
  'agreement_notice',
  'agreement_transition',
] as const;

/**
 * Agencies, their keys, event schemas, templates, agreements, signatures and notices. Rows are added, never
 * changed or removed: the database itself refuses the rest, whoever asks. Only who owns the tables could take
 * that away, and what was kept stands in the ledger too.
 */
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
        valid_from timestamptz not null,
        valid_until timestamptz check (valid_until > valid_from),
        endorsement jsonb,
        registered timestamptz not null default now()
      )`);
    await runner.query('create index on agency_key (agency, use, role)');
    await runner.query(`
      create table agency_key_revocation (
        number bigint generated always as identity primary key,
        kid text not null references agency_key,
        because text not null,
        compromised_since timestamptz,
        revoked timestamptz not null
      )`);
    await runner.query('create index on agency_key_revocation (kid)');
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
      create table agreement_template (
        id text not null,
        version integer not null,
        digest text not null unique,
        content text not null,
        published_by text not null references agency,
        published timestamptz not null default now(),
        primary key (id, version)
      )`);
    await runner.query(`
      create table agreement (
        id text not null,
        version integer not null,
        digest text not null,
        content text not null,
        parties text[] not null,
        proposed_by text not null references agency,
        proposed timestamptz not null,
        primary key (id, version)
      )`);
    await runner.query('create index on agreement using gin (parties)');
    await runner.query(`
      create table agreement_signature (
        number bigint generated always as identity primary key,
        id text not null,
        version integer not null,
        party text not null,
        role text not null,
        kid text not null references agency_key,
        header text not null,
        signature text not null,
        received timestamptz not null,
        foreign key (id, version) references agreement
      )`);
    await runner.query('create index on agreement_signature (id, version)');
    await runner.query(`
      create table agreement_notice (
        number bigint generated always as identity,
        digest text primary key,
        id text not null,
        version integer not null,
        kind text not null,
        party text not null,
        role text not null,
        kid text not null references agency_key,
        content text not null,
        header text not null,
        signature text not null,
        received timestamptz not null,
        foreign key (id, version) references agreement
      )`);
    await runner.query('create index on agreement_notice (id, number)');
    // What has been told to the ledger of an agreement's life, each once.
    await runner.query(`
      create table agreement_transition (
        entry text primary key,
        id text not null,
        type text not null,
        subject text not null,
        recorded timestamptz not null default now()
      )`);
    await runner.query('create index on agreement_transition (id)');
    await refuseChanges(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...TABLES].reverse()) await runner.query(`drop table ${table}`);
    await runner.query('drop function refuse_change');
  }
}

/** `always`: also in a session that says that it only replicates. */
async function refuseChanges(runner: QueryRunner): Promise<void> {
  await runner.query(`
    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'Rows of % are kept for ever: % is refused', tg_table_name, tg_op
        using errcode = 'restrict_violation';
    end $$`);
  for (const table of TABLES) {
    await runner.query(`
      create trigger kept_for_ever before update or delete or truncate on ${table}
        for each statement execute function refuse_change()`);
    await runner.query(`alter table ${table} enable always trigger kept_for_ever`);
  }
}

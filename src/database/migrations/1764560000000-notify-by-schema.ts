import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One channel per schema, so installations in schemas of one database do not notify each other. */
export class NotifyBySchema1764560000000 implements MigrationInterface {
  name = 'NotifyBySchema1764560000000';

  async up(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type !== 'postgres') return;
    await runner.query(`
      CREATE OR REPLACE FUNCTION latchkey_notify_user() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_notify('latchkey_changes_' || to_regnamespace(quote_ident(TG_TABLE_SCHEMA))::oid,
        'user:' || OLD.id); RETURN NULL; END $$`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION latchkey_notify_session() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_notify('latchkey_changes_' || to_regnamespace(quote_ident(TG_TABLE_SCHEMA))::oid,
        'session:' || OLD.id_hash); RETURN NULL; END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type !== 'postgres') return;
    await runner.query(`
      CREATE OR REPLACE FUNCTION latchkey_notify_user() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_notify('latchkey_changes', 'user:' || OLD.id); RETURN NULL; END $$`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION latchkey_notify_session() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_notify('latchkey_changes', 'session:' || OLD.id_hash); RETURN NULL; END $$`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropTriggers } from '../invalidation/sqlite-triggers';

/** The counterpart of `NotifyChanges` for SQLite, which has no LISTEN: its triggers write to this table. */
export class CreateCacheInvalidations1764590000000 implements MigrationInterface {
  name = 'CreateCacheInvalidations1764590000000';

  async up(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type !== 'sqlite') return;
    await runner.query(
      'CREATE TABLE cache_invalidations (id integer PRIMARY KEY NOT NULL, cache_key varchar(60) NOT NULL)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type !== 'sqlite') return;
    await dropTriggers(runner);
    await runner.query('DROP TABLE cache_invalidations');
  }
}

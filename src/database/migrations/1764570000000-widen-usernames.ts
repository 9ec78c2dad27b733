import type { MigrationInterface, QueryRunner } from 'typeorm';
import { resizeColumns } from './resize-columns';

const COLUMNS = ['username', 'username_canonical'];

/** Imported names may be longer than the names users can choose. */
export class WidenUsernames1764570000000 implements MigrationInterface {
  name = 'WidenUsernames1764570000000';

  async up(runner: QueryRunner): Promise<void> {
    await resizeColumns(runner, COLUMNS, 255);
  }

  async down(runner: QueryRunner): Promise<void> {
    await resizeColumns(runner, COLUMNS, 64);
  }
}

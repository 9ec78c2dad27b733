import type { MigrationInterface, QueryRunner } from 'typeorm';
import { resizeColumns } from './resize-columns';

/** Users may have several roles, separated by commas. */
export class WidenRoles1764610000000 implements MigrationInterface {
  name = 'WidenRoles1764610000000';

  async up(runner: QueryRunner): Promise<void> {
    await resizeColumns(runner, ['role'], 255);
  }

  async down(runner: QueryRunner): Promise<void> {
    await resizeColumns(runner, ['role'], 16);
  }
}

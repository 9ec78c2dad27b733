import { type MigrationInterface, type QueryRunner, TableColumn, TableIndex } from 'typeorm';

const TIME_INDEX = new TableIndex({ name: 'ix_sessions_idle_expires_at', columnNames: ['idle_expires_at'] });

/** Rows of ended sessions stay until the purge. Expired ones are marked as ended first. */
export class TellWhySessionsEnded1763850000000 implements MigrationInterface {
  name = 'TellWhySessionsEnded1763850000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'sessions',
      new TableColumn({ name: 'told_at', type: 'bigint', isNullable: true }),
    );
    await runner.dropIndex('sessions', TIME_INDEX);
    await runner.createIndex(
      'sessions',
      new TableIndex({ name: 'ix_sessions_ended_at', columnNames: ['ended_at', 'idle_expires_at'] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('sessions', 'ix_sessions_ended_at');
    await runner.createIndex('sessions', TIME_INDEX);
    await runner.dropColumn('sessions', 'told_at');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Forms used to store CRLF. The application now stores LF, so saving an old message would change it. */
export class MessageLineFeeds1764520000001 implements MigrationInterface {
  name = 'MessageLineFeeds1764520000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.manager
      .createQueryBuilder()
      .update('messages')
      .set({ content: () => 'replace(replace(content, :crlf, :lf), :cr, :lf)' })
      .where('content LIKE :any', { crlf: '\r\n', cr: '\r', lf: '\n', any: '%\r%' })
      .execute();
  }

  /** The original line ends are lost, and no code needs them. */
  async down(): Promise<void> {}
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages that came from forms have CRLF: saved again unchanged, they would change. */
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

  /** Which line ends there were is not known any more, and nothing needs them. */
  async down(): Promise<void> {}
}

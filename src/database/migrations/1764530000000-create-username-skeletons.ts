import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { lookOf } from '../../http/text/lookalikes';

/** Rows read and written at once: there may be hundreds of thousands of users. */
const BATCH = 1_000;

const INSERT_SQLITE = `
  INSERT INTO username_skeletons (user_id, skeleton, leaves_ascii)
  SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each($1)`;
const INSERT_POSTGRES = `
  INSERT INTO username_skeletons (user_id, skeleton, leaves_ascii)
  SELECT (value ->> 0)::integer, value ->> 1, value ->> 2 = '1' FROM json_array_elements($1::json) AS rows(value)`;

interface Named {
  id: number;
  username: string;
  username_canonical: string;
}

export class CreateUsernameSkeletons1764530000000 implements MigrationInterface {
  name = 'CreateUsernameSkeletons1764530000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'username_skeletons',
        columns: [
          {
            name: 'user_id',
            type: 'integer',
            isPrimary: true,
            primaryKeyConstraintName: 'pk_username_skeletons',
          },
          {
            name: 'skeleton',
            type: 'text',
            isPrimary: true,
            primaryKeyConstraintName: 'pk_username_skeletons',
          },
          { name: 'leaves_ascii', type: 'boolean' },
        ],
        foreignKeys: [
          {
            name: 'fk_username_skeletons_user',
            columnNames: ['user_id'],
            referencedTableName: 'users',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
        ],
        indices: [{ name: 'ix_username_skeletons_skeleton', columnNames: ['skeleton'] }],
      }),
    );
    await this.fill(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('username_skeletons');
  }

  private async fill(runner: QueryRunner): Promise<void> {
    for (let after = 0; ;) {
      const users = (await runner.query(
        'SELECT id, username, username_canonical FROM users WHERE id > $1 ORDER BY id LIMIT $2',
        [after, BATCH],
      )) as Named[];
      if (users.length === 0) return;
      after = users[users.length - 1].id;
      await this.insert(runner, users);
    }
  }

  /**
   * As JSON in one parameter: databases limit the number of parameters, and one statement per row takes ten
   * times as long.
   */
  private async insert(runner: QueryRunner, users: Named[]): Promise<void> {
    const rows = users.flatMap(({ id, username, username_canonical }) => {
      const { skeletons, leavesAscii } = lookOf(username, username_canonical);
      return skeletons.map((skeleton) => [id, skeleton, leavesAscii ? 1 : 0]);
    });
    const isSqlite = runner.connection.options.type === 'sqlite';
    await runner.query(isSqlite ? INSERT_SQLITE : INSERT_POSTGRES, [JSON.stringify(rows)]);
  }
}

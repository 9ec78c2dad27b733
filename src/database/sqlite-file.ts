import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** The file of an open database. When it is deleted or replaced, SQLite goes on in the old one, which ends with us. */
export class SqliteFile {
  private readonly opened: { dev: bigint; ino: bigint };

  constructor(private readonly path: string) {
    this.opened = statSync(path, { bigint: true });
  }

  async isInPlace(): Promise<boolean> {
    const { dev, ino } = await stat(this.path, { bigint: true });
    return dev === this.opened.dev && ino === this.opened.ino;
  }
}

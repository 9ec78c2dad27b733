import { statSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

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

  /** Whether its disk takes more: nothing can be written there without growing SQLite's log first. */
  async hasRoom(): Promise<boolean> {
    return (await statfs(dirname(this.path))).bavail > 0;
  }
}

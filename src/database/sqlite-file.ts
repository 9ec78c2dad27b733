import { statSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * The file of an open database. If it is deleted or replaced, SQLite keeps using the old one, and its data is
 * lost when the process ends.
 */
export class SqliteFile {
  private readonly opened: { dev: bigint; ino: bigint };

  constructor(private readonly path: string) {
    this.opened = statSync(path, { bigint: true });
  }

  async isInPlace(): Promise<boolean> {
    const { dev, ino } = await stat(this.path, { bigint: true });
    return dev === this.opened.dev && ino === this.opened.ino;
  }

  /** Whether its disk has free space: any write must first grow SQLite's log. */
  async hasRoom(): Promise<boolean> {
    return (await statfs(dirname(this.path))).bavail > 0;
  }
}

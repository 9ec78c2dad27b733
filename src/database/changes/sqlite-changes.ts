import type { DataSource } from 'typeorm';
import { Changes, type Touched } from './changes';
import { DataVersion } from './data-version';
import { SharedQuestion } from './shared-question';

/**
 * Changes of an SQLite file, by `PRAGMA data_version`, which tells a connection that another one has committed. Two are
 * asked: a watcher, which never writes and so sees every commit, and the writer, which sees every commit but its own.
 * What the watcher sees and the writer does not is our own write, of which we know what it has touched.
 */
export class SqliteChanges extends Changes {
  private readonly seen = new SharedQuestion(() => this.look());
  private known = 0;
  private foreign = 0;
  /** Odd while a write of ours is under way. */
  private turns = 0;

  private constructor(
    private readonly watcher: DataVersion,
    private readonly writer: DataVersion,
  ) {
    super();
  }

  static async open(writer: DataSource): Promise<SqliteChanges> {
    const watcher = await DataVersion.ofFile(String(writer.options.database));
    const changes = new SqliteChanges(watcher, DataVersion.ofWriter(writer));
    await changes.account(undefined);
    return changes;
  }

  areKnown(): Promise<boolean> {
    return this.seen.ask();
  }

  /** Writes take turns: there is never more than one. */
  async track<T>(write: () => Promise<T>, touched: (result: T) => Touched): Promise<T> {
    this.turns += 1;
    let keys: Touched;
    try {
      const result = await write();
      keys = touched(result);
      return result;
    } finally {
      await this.account(keys);
      this.turns += 1;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.watcher.close(), this.writer.close()]);
  }

  private async look(): Promise<boolean> {
    const turn = this.turns;
    try {
      const version = await this.watcher.read();
      if (version === this.known) return true;
      // It may be ours: `account` finds out when it is complete.
      if (turn % 2 === 1 || turn !== this.turns) return false;
      this.known = version;
      this.tell(undefined);
      return true;
    } catch {
      return false;
    }
  }

  /** In this order: where the writer has seen nobody else by then, all that the watcher saw before was our own. */
  private async account(touched: Touched): Promise<void> {
    try {
      const version = await this.watcher.read();
      const foreign = await this.writer.read();
      this.tell(foreign === this.foreign ? touched : undefined);
      this.known = version;
      this.foreign = foreign;
    } catch {
      this.tell(undefined); // and `known` stays as it was: `look` finds the difference
    }
  }
}

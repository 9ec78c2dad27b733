import type { DataSource } from 'typeorm';
import { Changes, type Touched } from './changes';
import { DataVersion } from './data-version';
import { SharedQuestion } from './shared-question';
import { WalIndex } from './wal-index';

/**
 * Changes of an SQLite file, by `PRAGMA data_version`, which tells a connection that another one has committed. Two are
 * asked: a watcher, which never writes and so sees every commit, and the writer, which sees every commit but its own.
 * What the watcher sees and the writer does not is our own, of which we know what it has touched. Nobody is asked while
 * the memory that all processes share says that there was no commit.
 */
export class SqliteChanges extends Changes {
  private readonly question = new SharedQuestion(() => this.look());
  /** As the watcher and the writer had it when all that was committed by then had been told. */
  private known: number | undefined;
  private foreign: number | undefined;
  /** Odd while a write of ours is under way. */
  private turn = 0;
  private isAskedInVain = false;
  /** The index as it was before all that was committed by then had been told. */
  private header: Buffer | undefined;
  /** In this turn of the event loop. */
  private isLookedAt = false;

  private constructor(
    private readonly watcher: DataVersion,
    private readonly writer: DataVersion,
    private readonly index: WalIndex,
  ) {
    super();
  }

  static async open(writer: DataSource): Promise<SqliteChanges> {
    const path = String(writer.options.database);
    const watcher = await DataVersion.ofFile(path);
    return new SqliteChanges(watcher, DataVersion.ofWriter(writer), new WalIndex(path));
  }

  override areStillKnown(): boolean {
    if (this.isLookedAt) return true;
    if (!this.header || !this.index.isStill(this.header)) return false;
    this.isLookedAt = true;
    queueMicrotask(() => (this.isLookedAt = false));
    return true;
  }

  areKnown(): Promise<boolean> {
    return this.question.ask().catch(() => false);
  }

  /** Writes take turns: there is never more than one. */
  async track<T>(write: () => Promise<T>, touched: (result: T) => Touched): Promise<T> {
    this.turn += 1;
    let keys: Touched;
    try {
      const result = await write();
      keys = touched(result);
      return result;
    } finally {
      this.tell(keys);
      // Where one write follows the other, those who ask would never come between.
      if (this.isAskedInVain) await this.account().catch(() => undefined);
      this.turn += 1;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.watcher.close(), this.writer.close()]);
  }

  override release(): void {
    this.index.close();
  }

  private async look(): Promise<boolean> {
    const { turn } = this;
    const header = this.index.header();
    const known = await this.watcher.read();
    if (known === this.known) {
      this.header = header;
      return true;
    }
    if (turn % 2 === 0 && turn === this.turn) return this.account(header, known);
    // It may be a write of ours that is not over yet, and has not been told.
    this.isAskedInVain = true;
    return false;
  }

  /** Between two writes of ours. @returns whether none has begun meanwhile, or been told by now. */
  private async account(header = this.index.header(), version?: number): Promise<boolean> {
    const { turn } = this;
    const known = version ?? (await this.watcher.read());
    // After the watcher: what the writer has not seen of others by now, the watcher had not seen either.
    const foreign = await this.writer.read();
    if (turn !== this.turn) return false;
    if (foreign !== this.foreign) this.tell(undefined);
    this.known = known;
    this.foreign = foreign;
    this.header = header;
    this.isAskedInVain = false;
    return true;
  }
}

import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Two copies of 48 bytes, with a counter of commits and checksums (https://sqlite.org/walformat.html, 2.1). */
const HEADER_LENGTH = 96;

/** One descriptor for each file, by device and inode: closing any would drop the locks that SQLite holds on it (POSIX). */
const opened = new Map<string, { descriptor: number; users: number }>();

/**
 * The header of the WAL index of an SQLite file: other bytes as soon as a commit of any process can be seen. It is
 * memory that the processes share, so that a look at it costs 2 µs and waits for nothing.
 */
export class WalIndex {
  private readonly file: string;
  private readonly descriptor: number;
  private readonly seen = Buffer.alloc(HEADER_LENGTH);
  private isOpen = true;

  /** @param path of the database, which a connection has open in WAL mode. */
  constructor(path: string) {
    const memory = `${path}-shm`;
    const { dev, ino } = statSync(memory, { bigint: true });
    this.file = `${dev}:${ino}`;
    const { descriptor, users } = opened.get(this.file) ?? { descriptor: openSync(memory, 'r'), users: 0 };
    this.descriptor = descriptor;
    opened.set(this.file, { descriptor, users: users + 1 });
  }

  /**
   * To be called when no connection of this process has the database open any more. Once is enough: by the second
   * time the number of the descriptor may be that of another file.
   */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const users = (opened.get(this.file)?.users ?? 1) - 1;
    if (users > 0) {
      opened.set(this.file, { descriptor: this.descriptor, users });
    } else {
      opened.delete(this.file);
      closeSync(this.descriptor);
    }
  }

  /** @returns a copy of the header as it is now. */
  header(): Buffer {
    const header = Buffer.alloc(HEADER_LENGTH);
    readSync(this.descriptor, header, 0, HEADER_LENGTH, 0);
    return header;
  }

  /** Whether the header is the same now; false when nobody can tell. */
  isStill(header: Buffer): boolean {
    return (
      readSync(this.descriptor, this.seen, 0, HEADER_LENGTH, 0) === HEADER_LENGTH && this.seen.equals(header)
    );
  }
}

import sqlite3 from 'sqlite3';
import type { DataSource } from 'typeorm';

const PRAGMA = 'PRAGMA data_version';

/** `PRAGMA data_version` of one connection: another number whenever another connection has committed. */
export class DataVersion {
  private readonly statement: sqlite3.Statement;

  private constructor(
    connection: sqlite3.Database,
    private readonly own?: sqlite3.Database,
  ) {
    this.statement = connection.prepare(PRAGMA);
  }

  /** On a connection of its own, which writes nothing. */
  static ofFile(path: string): Promise<DataVersion> {
    return new Promise((resolve, reject) => {
      const connection = new sqlite3.Database(path, sqlite3.OPEN_READONLY, (error) => {
        if (error) reject(error);
        else resolve(new DataVersion(connection, connection));
      });
    });
  }

  static ofWriter({ driver }: DataSource): DataVersion {
    return new DataVersion(
      (driver as unknown as { databaseConnection: sqlite3.Database }).databaseConnection,
    );
  }

  read(): Promise<number> {
    return new Promise((resolve, reject) => {
      // Not `get`, which leaves the statement open, and with it what it has read.
      this.statement.all<{ data_version: number }>((error: Error | null, rows) => {
        if (error) reject(error);
        else resolve(rows[0].data_version);
      });
    });
  }

  /** A connection cannot be closed before this. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.statement.finalize(() => {
        if (this.own) this.own.close(() => resolve());
        else resolve();
      });
    });
  }
}

import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from './data-source-name';
import { InvalidationSource } from './invalidation/invalidation-source';
import { MIGRATIONS_TABLE } from './data-source-options';
import { RequestDeadline } from './request-deadline';
import type { PostgresPool } from './postgres/postgres-driver';
import { SqliteFile } from './sqlite-file';
import { SqliteWriter } from './sqlite-writer';
import type { Transaction } from './transaction';

/** The data source for writes: a separate connection on SQLite, the pool on PostgreSQL. */
export const WRITER = Symbol('the data source that writes');

/**
 * Runs all writes, and the statements of lists. Other reads use repositories as usual.
 *
 * TypeORM shares one SQLite connection between all requests: a second `transaction()` fails while one is
 * open, and a plain insert of another request joins it and is rolled back with it. So writes to SQLite queue
 * for a separate connection. PostgreSQL has a pool and needs no queue.
 */
@Injectable()
export class Database implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly afterCommits = new WeakMap<Transaction, (() => void)[]>();
  /** On SQLite only. */
  private readonly sqlite: { file: SqliteFile; writer: SqliteWriter } | undefined;

  constructor(
    @Inject(WRITER) private readonly writer: DataSource,
    @InjectDataSource(LATCHKEY_DATA_SOURCE) private readonly reader: DataSource,
    private readonly invalidation: InvalidationSource,
  ) {
    const { options } = writer;
    if (options.type === 'sqlite')
      this.sqlite = { file: new SqliteFile(options.database), writer: new SqliteWriter(writer) };
  }

  /**
   * Reads rows as the database driver returns them.
   * @param sql with `$1`, `$2` and so on, in this order, in place of values
   * @throws an error of `isDatabaseUnavailable` when the request's deadline has passed
   */
  read<Row>(sql: string, parameters: (string | number)[]): Promise<Row[]> {
    // A copy, because sqlite3 makes its arrays outside a VM context, such as that of Jest.
    const read = async () => [...(await this.reader.query<Row[]>(sql, parameters))];
    // With a write-ahead log, reads never wait for writes, so no deadline is needed.
    return this.sqlite ? read() : RequestDeadline.current().waitFor(read);
  }

  /**
   * Runs a single writing statement and commits it.
   * @throws an error of `isDatabaseUnavailable` when the request's deadline has passed
   */
  write<T>(statement: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.sqlite ? this.sqlite.writer.write(statement) : statement(this.writer.manager);
  }

  /** Runs several statements atomically. Throws as `write` does. */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const afterwards: (() => void)[] = [];
    const watched = (manager: EntityManager) => {
      this.afterCommits.set(manager, afterwards);
      return work(manager);
    };
    const result = await (this.sqlite
      ? this.sqlite.writer.transaction(watched)
      : this.writer.transaction(watched));
    for (const task of afterwards) task();
    return result;
  }

  /** Invalidates a cached entry in every process although no row has changed. */
  async invalidate(cacheKey: string): Promise<void> {
    await this.write((manager) => this.invalidation.publish(manager, cacheKey));
  }

  /** Runs a task after this transaction has committed, or immediately if there is none. */
  afterCommit(transaction: Transaction | undefined, task: () => void): void {
    const afterwards = transaction && this.afterCommits.get(transaction);
    if (afterwards) afterwards.push(task);
    else task();
  }

  /** Whether the database accepts writes. Answers within a request's deadline. */
  async ping(): Promise<boolean> {
    const deadline = new RequestDeadline();
    const asking = deadline.run(() => deadline.waitFor(() => this.isWritable()));
    return asking.catch(() => false);
  }

  private async isWritable(): Promise<boolean> {
    await this.reader.query('SELECT 1');
    // Changes nothing, but fails on a read-only server and waits for locks like any write.
    await this.write((manager) => manager.query(`UPDATE ${MIGRATIONS_TABLE} SET name = name WHERE 1 = 0`));
    // The statement does not detect a full disk.
    return this.sqlite ? (await this.sqlite.file.isInPlace()) && (await this.sqlite.file.hasRoom()) : true;
  }

  onApplicationBootstrap(): void {
    if (this.sqlite) return;
    (this.writer.driver as unknown as { master: PostgresPool }).master.watch();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sqlite?.writer.settled();
    await this.invalidation.close();
    // On PostgreSQL the writer is the default data source, which @nestjs/typeorm closes.
    if (!this.sqlite) return;
    for (const source of [this.writer, this.reader]) if (source.isInitialized) await source.destroy();
  }
}

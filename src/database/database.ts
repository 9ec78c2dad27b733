import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { InvalidationSource } from './invalidation/invalidation-source';
import { MIGRATIONS_TABLE } from './data-source-options';
import { Mutex } from './mutex';
import { RequestDeadline, DATABASE_TIMEOUT_MS } from './request-deadline';
import type { PostgresPool } from './postgres/postgres-driver';
import { SqliteFile } from './sqlite-file';
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
  private readonly turns = new Mutex();
  private readonly afterCommits = new WeakMap<Transaction, (() => void)[]>();
  /** On SQLite only. */
  private readonly file: SqliteFile | undefined;
  private lockTimeout = DATABASE_TIMEOUT_MS;

  constructor(
    @Inject(WRITER) private readonly writer: DataSource,
    @InjectDataSource() private readonly reader: DataSource,
    private readonly invalidation: InvalidationSource,
  ) {
    if (writer.options.type === 'sqlite') this.file = new SqliteFile(writer.options.database);
  }

  /**
   * Reads rows as the database driver returns them.
   * @param sql with `$1`, `$2` and so on, in this order, in place of values
   * @throws an error of `isDatabaseUnavailable` when the request's deadline has passed
   */
  read<Row>(sql: string, parameters: (string | number)[]): Promise<Row[]> {
    const read = () => this.reader.query<Row[]>(sql, parameters);
    // With a write-ahead log, reads never wait for writes, so no deadline is needed.
    return this.file ? read() : RequestDeadline.current().waitFor(read);
  }

  /**
   * Runs a single writing statement and commits it.
   * @throws an error of `isDatabaseUnavailable` when the request's deadline has passed
   */
  write<T>(statement: (manager: EntityManager) => Promise<T>): Promise<T> {
    const run = () => statement(this.writer.manager);
    return this.file ? this.inTurn(run) : run();
  }

  /** Runs several statements atomically. Throws as `write` does. */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const afterwards: (() => void)[] = [];
    const watched = (manager: EntityManager) => {
      this.afterCommits.set(manager, afterwards);
      return work(manager);
    };
    const result = await (this.file
      ? this.inTurn(() => this.sqliteTransaction(watched))
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

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const deadline = RequestDeadline.current();
    return this.turns.run(async () => {
      await this.waitForLocks(deadline.left);
      return task();
    }, deadline);
  }

  /**
   * Sets how long the writer waits for the lock of another process. Skips small differences to save a
   * statement.
   */
  private async waitForLocks(milliseconds: number): Promise<void> {
    if (Math.abs(milliseconds - this.lockTimeout) < 100) return;
    this.lockTimeout = Math.ceil(milliseconds);
    await this.writer.query(`PRAGMA busy_timeout = ${this.lockTimeout}`);
  }

  private async sqliteTransaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const runner = this.writer.createQueryRunner();
    try {
      await runner.startTransaction();
      // TypeORM begins deferred: a read followed by a write would fail if another process wrote in between.
      await runner.query('END');
      await runner.query('BEGIN IMMEDIATE');
      const result = await work(runner.manager);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await rollBack(runner);
      throw error;
    } finally {
      await runner.release();
    }
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
    return this.file ? (await this.file.isInPlace()) && (await this.file.hasRoom()) : true;
  }

  onApplicationBootstrap(): void {
    if (this.file) return;
    (this.writer.driver as unknown as { master: PostgresPool }).master.watch();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.turns.settled();
    await this.invalidation.close();
    // On PostgreSQL the writer is the default data source, which @nestjs/typeorm closes.
    if (!this.file) return;
    for (const source of [this.writer, this.reader]) if (source.isInitialized) await source.destroy();
  }
}

/**
 * TypeORM counts a transaction as open until its rollback succeeds, and would nest all later ones in it. If
 * SQLite has already ended the transaction (busy, or disk full), open an empty one to roll back.
 */
async function rollBack(runner: QueryRunner): Promise<void> {
  await runner.query('BEGIN').catch(() => undefined); // fails if one is still open, which is fine
  await runner.rollbackTransaction();
}

import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { Mutex } from './mutex';

/** The data source that writes go through: on SQLite a connection of its own, on PostgreSQL the pool. */
export const WRITER = Symbol('the data source that writes');

/**
 * The way to write. Reads use repositories as always.
 *
 * TypeORM holds one SQLite connection for all requests: a second `transaction()` fails while one is open, and a plain
 * insert of another request lands inside it and is rolled back with it. Here SQLite's writes take turns on a
 * connection of their own. PostgreSQL has a pool and needs no turns.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly turns = new Mutex();

  constructor(
    @Inject(WRITER) private readonly writer: DataSource,
    @InjectDataSource() private readonly reader: DataSource,
  ) {}

  private get isSqlite(): boolean {
    return this.writer.options.type === 'sqlite';
  }

  /** Runs a single writing statement, committed by itself. */
  write<T>(statement: (manager: EntityManager) => Promise<T>): Promise<T> {
    const run = () => statement(this.writer.manager);
    return this.isSqlite ? this.turns.run(run) : run();
  }

  /** Runs several statements that hold together or not at all. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.isSqlite ? this.turns.run(() => this.sqliteTransaction(work)) : this.writer.transaction(work);
  }

  private async sqliteTransaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const runner = this.writer.createQueryRunner();
    try {
      await runner.startTransaction();
      // TypeORM begins deferred: a read followed by a write would fail at once if another process wrote in between.
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

  /** Whether the database answers a query within `patience` milliseconds. */
  async answers(patience: number): Promise<boolean> {
    const query = this.reader.query('SELECT 1').then(
      () => true,
      () => false,
    );
    return Promise.race([query, setTimeout(patience, false, { ref: false })]);
  }

  async onApplicationShutdown(): Promise<void> {
    // On PostgreSQL the writer is the default data source, which @nestjs/typeorm closes.
    if (this.isSqlite && this.writer.isInitialized) await this.turns.run(() => this.writer.destroy());
  }
}

/**
 * TypeORM counts a transaction as open until its own rollback succeeds, and would put all later ones inside it. Where
 * SQLite has none any more (it was busy, or ended it itself: the disk is full), it gets an empty one to roll back.
 */
async function rollBack(runner: QueryRunner): Promise<void> {
  await runner.query('BEGIN').catch(() => undefined); // refused where one is open, which is just as good
  await runner.rollbackTransaction();
}

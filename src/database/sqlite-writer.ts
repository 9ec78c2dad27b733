import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { DatabaseUnavailable } from './database-unavailable';
import { Mutex } from './mutex';
import { DATABASE_TIMEOUT_MS, QUICK_MS, RequestDeadline } from './request-deadline';

type Work<T> = (manager: EntityManager) => Promise<T>;

const SAVEPOINT = 'latchkey_writer';

/** Writers that share a transaction and its commit. */
class Group {
  readonly since = performance.now();
  /** Settles when the commit has succeeded or the group is lost. */
  readonly committed: Promise<void>;
  size = 0;
  commit!: () => void;
  lose!: (error: unknown) => void;

  /** @param last the ticket of the last writer that may join: later ones wait for the next commit. */
  constructor(readonly last: number) {
    this.committed = new Promise((resolve, reject) => Object.assign(this, { commit: resolve, lose: reject }));
    this.committed.catch(() => undefined); // nobody listens if all its writers have failed
  }
}

/**
 * Writes to SQLite through one connection, one writer after another. All that stand in the queue when a transaction
 * begins join it, each in a savepoint of its own, and one commit makes them durable together: each commit waits for
 * the disk.
 */
export class SqliteWriter {
  private readonly turns = new Mutex();
  /** The open transaction. */
  private group: Group | undefined;
  private lockTimeout = DATABASE_TIMEOUT_MS;

  constructor(private readonly source: DataSource) {
    beginImmediately(source.createQueryRunner());
  }

  /** Runs one statement. Resolves when it is durable. */
  write<T>(statement: Work<T>): Promise<T> {
    return this.run(statement, true);
  }

  /** Runs several statements atomically. Resolves when they are durable. */
  transaction<T>(work: Work<T>): Promise<T> {
    return this.run(work, false);
  }

  /** Resolves when nobody writes or waits. */
  settled(): Promise<void> {
    return this.turns.settled();
  }

  private async run<T>(work: Work<T>, isStatement: boolean): Promise<T> {
    const deadline = RequestDeadline.current();
    const { result, group } = await this.turns.run(
      async () => this.act(work, isStatement, deadline),
      deadline,
    );
    if (group) await this.turns.waitFor(group.committed, deadline);
    return result;
  }

  private async act<T>(
    work: Work<T>,
    isStatement: boolean,
    deadline: RequestDeadline,
  ): Promise<{ result: T; group?: Group }> {
    if (!this.group) {
      await this.waitForLocks(deadline.left);
      // A statement on its own is a transaction of its own.
      if (isStatement && this.turns.nextTicket === undefined)
        return { result: await work(this.source.manager) };
    }
    const runner = this.source.createQueryRunner();
    const group = this.group ?? (await this.begin(runner));
    try {
      return { result: await this.join(group, runner, work), group };
    } finally {
      if (this.group === group && !this.hasMore(group)) await this.commit(group, runner);
    }
  }

  private async begin(runner: QueryRunner): Promise<Group> {
    const group = new Group(this.turns.lastTicket);
    try {
      await runner.startTransaction();
    } catch (error) {
      resetState(runner);
      throw error;
    }
    return (this.group = group);
  }

  private async join<T>(group: Group, runner: QueryRunner, work: Work<T>): Promise<T> {
    const isAlone = group.size++ === 0 && !this.hasMore(group);
    try {
      if (!isAlone) await runner.query(`SAVEPOINT ${SAVEPOINT}`);
      const result = await work(runner.manager);
      if (!isAlone) await runner.query(`RELEASE ${SAVEPOINT}`);
      return result;
    } catch (error) {
      if (isAlone) await this.abandon(group, runner, error);
      else await this.undo(group, runner);
      throw error;
    }
  }

  /** Undoes one writer. The others are lost with it if SQLite has rolled back everything, as on a full disk. */
  private async undo(group: Group, runner: QueryRunner): Promise<void> {
    try {
      if (await hasEnded(runner)) throw new Error('SQLite has ended the transaction');
      await runner.query(`ROLLBACK TO ${SAVEPOINT}`);
      await runner.query(`RELEASE ${SAVEPOINT}`);
      resetState(runner, 1);
    } catch (cause) {
      const lost = 'Rolled back: another write of the same commit failed, and SQLite undid them all';
      await this.abandon(group, runner, new DatabaseUnavailable(lost, { cause }));
    }
  }

  /** A slow writer has the rest wait for another commit, so that those before it get their answers. */
  private hasMore(group: Group): boolean {
    const { nextTicket = Infinity } = this.turns;
    return nextTicket <= group.last && performance.now() - group.since < QUICK_MS;
  }

  private async commit(group: Group, runner: QueryRunner): Promise<void> {
    try {
      await runner.commitTransaction();
      this.group = undefined;
      group.commit();
    } catch (error) {
      await this.abandon(group, runner, error);
    }
  }

  private async abandon(group: Group, runner: QueryRunner, error: unknown): Promise<void> {
    await rollBack(runner);
    this.group = undefined;
    group.lose(error);
  }

  /**
   * Sets how long the writer waits for the lock of another process. Skips small differences to save a
   * statement.
   */
  private async waitForLocks(milliseconds: number): Promise<void> {
    if (Math.abs(milliseconds - this.lockTimeout) < 100) return;
    this.lockTimeout = Math.ceil(milliseconds);
    await this.source.query(`PRAGMA busy_timeout = ${this.lockTimeout}`);
  }
}

/**
 * TypeORM begins deferred: a read followed by a write would fail if another process wrote in between. A SQLite data
 * source has one query runner for everything.
 */
function beginImmediately(runner: QueryRunner): void {
  const query = runner.query.bind(runner) as (sql: string, ...rest: unknown[]) => Promise<unknown>;
  runner.query = ((sql: string, ...rest: unknown[]) =>
    query(sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : sql, ...rest)) as QueryRunner['query'];
}

/** Whether SQLite has ended the open transaction by itself. Leaves one open in any case. */
function hasEnded(runner: QueryRunner): Promise<boolean> {
  return runner.query('BEGIN').then(
    () => true,
    () => false, // cannot start a transaction within a transaction
  );
}

/** TypeORM counts a transaction as open until its rollback succeeds, and would nest all later ones in it. */
async function rollBack(runner: QueryRunner): Promise<void> {
  await runner.rollbackTransaction().catch(() => undefined); // fails if SQLite has ended it already
  if (runner.isTransactionActive) await runner.query('ROLLBACK').catch(() => undefined);
  resetState(runner);
}

function resetState(runner: QueryRunner, transactionDepth = 0): void {
  Object.assign(runner, { isTransactionActive: transactionDepth > 0, transactionDepth });
}

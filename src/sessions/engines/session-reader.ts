import type { EntityMetadata, ObjectLiteral, Repository } from 'typeorm';
import type { Type } from '@nestjs/common';
import { Batcher } from '../../database/batcher';
import { DatabaseUnavailable } from '../../database/database-unavailable';
import { RequestDeadline } from '../../database/request-deadline';
import type { PostgresPool } from '../../database/postgres/postgres-driver';
import type { SessionEntity } from './session.entity';

/** The rows of a session and its user, as entities. */
export interface SessionWithAccount {
  session: SessionEntity;
  /** Without the password hash. Null: no such user. Undefined: the application has no users table. */
  account: ObjectLiteral | null | undefined;
}

const USERS = 'users';
const NOT_READ = 'password_hash';

/**
 * Reads sessions with their users by primary key, one statement per batch of concurrent requests. The SQL is
 * hand-written because TypeORM's `find` takes longer to build it and parse the rows than the database takes
 * to answer.
 */
export class SessionReader {
  private readonly batcher = new Batcher<string, SessionWithAccount>((idHashes) => this.readAll(idHashes));

  /** @param userEntity of the application, if it has its own. */
  constructor(
    private readonly rows: Repository<SessionEntity>,
    private readonly userEntity?: Type<unknown>,
  ) {}

  /** @throws DatabaseUnavailable when the request's deadline has passed. */
  read(idHash: string): Promise<Readonly<SessionWithAccount> | null> {
    const deadline = RequestDeadline.current();
    const read = () => this.batcher.load(idHash, deadline);
    // With a write-ahead log, reads never wait for writes, so no deadline is needed.
    return this.isSqlite ? read() : deadline.waitFor(read);
  }

  private get isSqlite(): boolean {
    return this.connection.options.type === 'sqlite';
  }

  private get connection() {
    return this.rows.manager.connection;
  }

  private get users(): EntityMetadata | undefined {
    if (this.userEntity) return this.connection.getMetadata(this.userEntity);
    return this.connection.entityMetadatas.find(({ tableName }) => tableName === USERS);
  }

  private async readAll(idHashes: string[]): Promise<Map<string, SessionWithAccount>> {
    const found = await this.rows.query<ObjectLiteral[]>(this.statementFor(idHashes.length), idHashes);
    if (found[0]?.server_is_read_only === 'on') this.refuse();
    const rows = found.filter(({ session_id_hash: idHash }) => idHash !== null);
    return new Map(rows.map((row) => [String(row.session_id_hash), this.hydrated(row)]));
  }

  /**
   * After a switchover the old primary still holds sessions that have since ended on the new one. Its answer
   * must neither log a client in nor log one out.
   */
  private refuse(): never {
    (this.connection.driver as unknown as { master: PostgresPool }).master.primary.suspectFailover();
    throw new DatabaseUnavailable('The database can only be read: another server may have taken over');
  }

  /** Built only from column names and parameter placeholders, so SQL injection is impossible. */
  private statementFor(count: number): string {
    const { metadata } = this.rows;
    const places = Array.from({ length: count }, (_, index) => `$${index + 1}`).join();
    const columns = [
      this.selected(metadata, 'session'),
      ...(this.users ? [this.selected(this.users, 'account')] : []),
    ];
    const join = this.users ? `LEFT JOIN ${USERS} AS account ON account.id = session.user_id` : '';
    const rows = `SELECT ${columns.join()} FROM ${metadata.tableName} AS session ${join}
      WHERE session.id_hash IN (${places})`;
    if (this.isSqlite) return rows;
    // In the same statement as the rows, and answered even if there are none.
    const server = "SELECT current_setting('transaction_read_only') AS server_is_read_only";
    return `SELECT * FROM (${server}) AS server LEFT JOIN (${rows}) AS found ON true`;
  }

  /** Quoted: the application's columns may have capitals or reserved words as names. */
  private selected(metadata: EntityMetadata, alias: string): string {
    const quote = (name: string) => this.connection.driver.escape(name);
    return readColumns(metadata)
      .map(({ databaseName: name }) => `${alias}.${quote(name)} AS ${quote(`${alias}_${name}`)}`)
      .join();
  }

  private hydrated(row: ObjectLiteral): SessionWithAccount {
    const session = this.entityOf(this.rows.metadata, 'session', row) as SessionEntity;
    if (!this.users) return { session, account: undefined };
    const account = row.account_id === null ? null : this.entityOf(this.users, 'account', row);
    return { session, account };
  }

  /** Applies each column's type and transformer, as TypeORM does. */
  private entityOf(metadata: EntityMetadata, alias: string, row: ObjectLiteral): ObjectLiteral {
    const { driver } = this.connection;
    const entity = metadata.create() as ObjectLiteral;
    for (const column of readColumns(metadata)) {
      const raw: unknown = row[`${alias}_${column.databaseName}`];
      column.setEntityValue(entity, driver.prepareHydratedValue(raw, column));
    }
    return entity;
  }
}

/** What `find` reads: no column with `select: false`, and no foreign key without a property. */
const readColumns = ({ columns }: EntityMetadata) =>
  columns.filter(
    ({ databaseName, isSelect, isVirtual }) => databaseName !== NOT_READ && isSelect && !isVirtual,
  );

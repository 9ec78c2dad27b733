import type { ObjectLiteral, Repository } from 'typeorm';
import { DatabaseAway } from './database-away';
import { JointWork } from './joint-work';
import { Patience } from './patience';
import type { PatientPool } from './postgres/patient-postgres';

/**
 * Reads rows by their primary key: what the requests of one turn of the event loop ask for, in one statement that begins
 * when all of them have asked. What they get is then at least as new as their own arrival. The statement is written
 * here, since `find` takes longer to put it together and to read its answer than the database takes to answer.
 */
export class SharedReads<Key, Row extends ObjectLiteral> {
  private readonly reads = new JointWork<Key, Row>((keys) => this.readAll(keys));

  constructor(private readonly rows: Repository<Row>) {}

  /** @returns null when there is no such row. @throws DatabaseAway when the request's patience is over. */
  read(key: Key): Promise<Readonly<Row> | null> {
    if (key === undefined || key === null)
      return Promise.reject(new TypeError(`${String(key)} is the key of no row`));
    const patience = Patience.current();
    const read = () => this.reads.ask(key, patience);
    // With a write-ahead log, reading waits for nobody: who has waited in vain to write may still read.
    return this.isSqlite ? read() : patience.waitFor(read);
  }

  private get isSqlite(): boolean {
    return this.rows.manager.connection.options.type === 'sqlite';
  }

  private async readAll(keys: Key[]): Promise<Map<Key, Row>> {
    const [primary] = this.rows.metadata.primaryColumns;
    const found = await this.rows.query<ObjectLiteral[]>(this.statementFor(keys.length), keys);
    if (found[0]?.server_is_read_only === 'on') this.refuse();
    const rows = found.filter((raw) => raw[primary.databaseName] !== null).map((raw) => this.rowOf(raw));
    return new Map(rows.map((row) => [primary.getEntityValue(row) as Key, row]));
  }

  /**
   * After a switchover the former server still has the sessions that were ended since on the new one: what it says lets
   * nobody in, and throws nobody out.
   */
  private refuse(): never {
    const { master } = this.rows.manager.connection.driver as unknown as { master: PatientPool };
    master.primary.doubt();
    throw new DatabaseAway('The database can only be read: another server may have taken over');
  }

  /** Names from the entity and places of parameters, nothing else. */
  private statementFor(keys: number): string {
    const { columns, primaryColumns, tableName } = this.rows.metadata;
    const names = columns.map(({ databaseName }) => databaseName).join();
    const places = Array.from({ length: keys }, (_, index) => `$${index + 1}`).join();
    const rows = `SELECT ${names} FROM ${tableName} WHERE ${primaryColumns[0].databaseName} IN (${places})`;
    if (this.isSqlite) return rows;
    // In one statement with the rows, and answered where there are none.
    const server = "SELECT current_setting('transaction_read_only') AS server_is_read_only";
    return `SELECT * FROM (${server}) AS server LEFT JOIN (${rows}) AS found ON true`;
  }

  /** As TypeORM reads it: with each column's type and transformer. */
  private rowOf(raw: ObjectLiteral): Row {
    const { columns } = this.rows.metadata;
    const { driver } = this.rows.manager.connection;
    const row = this.rows.create();
    for (const column of columns) {
      column.setEntityValue(row, driver.prepareHydratedValue(raw[column.databaseName], column));
    }
    return row;
  }
}

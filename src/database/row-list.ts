import { type Page, pageOf, type PageQuery } from '../http/page';
import type { Database } from './database';

type Reader = Pick<Database, 'read'>;
type Value = string | number;
/** By the name of a column in the list: each column must equal its value. */
type Conditions<Row> = { [Name in keyof Row]?: Value };

export interface RowListDefinition<Row, Item> {
  /**
   * The SQL of each column by its name in `Row`. `id` is the primary key, by which the list is in order. Name only
   * what is shown.
   */
  columns: { [Name in keyof Row]: string };
  /** Tables and joins. */
  from: string;
  order: 'ASC' | 'DESC';
  /** Turns what the database driver returns into an item. PostgreSQL returns a `bigint` as text. */
  item: (row: Readonly<Row>) => Item;
}

/**
 * A list that one statement reads, without entities: TypeORM's `find` takes longer to build the statement and the
 * entities than the database takes to answer. The SQL works on SQLite and PostgreSQL. It must be constant: values
 * are parameters.
 */
export class RowList<Row extends { id: number }, Item extends { id: number }> {
  private readonly columns: ReadonlyMap<string, string>;
  private readonly select: string;

  constructor(private readonly definition: RowListDefinition<Row, Item>) {
    this.columns = new Map(Object.entries<string>(definition.columns));
    const selected = Array.from(this.columns, ([name, column]) => `${column} AS "${name}"`);
    this.select = `SELECT ${selected.join(', ')} FROM ${definition.from}`;
  }

  /** A page of the items that meet the conditions. */
  async page(
    database: Reader,
    { limit, after }: PageQuery,
    conditions: Conditions<Row> = {},
  ): Promise<Page<Item>> {
    return pageOf(await this.items(database, limit + 1, after, conditions), limit);
  }

  /** The item that meets the conditions, or null. */
  async find(database: Reader, conditions: Conditions<Row>): Promise<Item | null> {
    const [item] = await this.items(database, 1, undefined, conditions);
    return item ?? null;
  }

  /** Up to `limit` items behind the one with the ID `after`. */
  async items(
    database: Reader,
    limit: number,
    after?: number,
    conditions: Conditions<Row> = {},
  ): Promise<Item[]> {
    const { columns, order, item } = this.definition;
    const values: Value[] = [];
    const place = (value: Value) => `$${values.push(value)}`;
    const where = Object.entries<Value | undefined>(conditions).map(
      ([name, value]) => `${this.column(name, value)} = ${place(value as Value)}`,
    );
    if (after !== undefined) where.push(`${columns.id} ${order === 'ASC' ? '>' : '<'} ${place(after)}`);
    const filter = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
    const sql = `${this.select} ${filter} ORDER BY ${columns.id} ${order} LIMIT ${place(limit)}`;
    return (await database.read<Row>(sql, values)).map(item);
  }

  /** A name may come from untyped code, and a missing value must not widen the list. */
  private column(name: string, value?: Value | null): string {
    const column = this.columns.get(name);
    if (column === undefined) throw new TypeError(`The list has no column ${name}`);
    if (value === undefined || value === null) throw new TypeError(`The condition on ${name} has no value`);
    return column;
  }
}

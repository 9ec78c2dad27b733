import { Logger } from '@nestjs/common';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresConnectionOptions } from 'typeorm/driver/postgres/PostgresConnectionOptions.js';
import { Changes, type Touched } from './changes';
import { EmptyStatement } from './empty-statement';
import { SharedQuestion } from './shared-question';

/** How long the server may take to answer before its connection counts as broken. */
const PATIENCE_MS = 250;
const RETRY_MS = 500;

/**
 * Changes of a PostgreSQL database: triggers notify of those rows of which copies are kept, whoever changes them. A
 * server sends what was committed before a statement began ahead of that statement's answer, so that an empty one asks
 * whether anything is still to come.
 */
export class PostgresChanges extends Changes {
  private readonly logger = new Logger(PostgresChanges.name);
  private readonly heard = new SharedQuestion(() => this.listen());
  private client: pg.Client | undefined;
  private retry: NodeJS.Timeout | undefined;
  private isClosed = false;

  private constructor(private readonly source: DataSource) {
    super();
  }

  static async open(source: DataSource): Promise<PostgresChanges> {
    const changes = new PostgresChanges(source);
    await changes.connect();
    return changes;
  }

  areKnown(): Promise<boolean> {
    return this.client ? this.heard.ask() : Promise.resolve(false);
  }

  async track<T>(write: () => Promise<T>, touched: (result: T) => Touched): Promise<T> {
    let keys: Touched;
    try {
      const result = await write();
      keys = touched(result);
      return result;
    } finally {
      this.tell(keys);
    }
  }

  /** Told by a statement of its own, which those who ask after it see. */
  override async announce(key: string): Promise<void> {
    await super.announce(key);
    await this.source.query("SELECT pg_notify('latchkey_changes', $1)", [key]);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.retry);
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: (this.source.options as PostgresConnectionOptions).url,
      application_name: 'latchkey changes',
      connectionTimeoutMillis: RETRY_MS * 2,
    });
    const broken = (error?: unknown) => this.leave(client, error);
    client.on('error', broken);
    client.on('end', broken);
    client.on('notification', ({ payload }) => this.tell(payload ? [payload] : undefined));
    try {
      await client.connect();
      await client.query('LISTEN latchkey_changes');
      if (this.isClosed) {
        await client.end();
        return;
      }
      this.client = client;
      this.tell(undefined); // nobody listened until now
    } catch (error) {
      this.leave(client, error);
    }
  }

  private async listen(): Promise<boolean> {
    const { client } = this;
    if (!client) return false;
    try {
      await answerOf(client);
      return this.client === client;
    } catch (error) {
      this.leave(client, error);
      return false;
    }
  }

  /** Whoever notices first. Until there is another connection, copies are not used. */
  private leave(client: pg.Client, error: unknown): void {
    if (this.isClosed) return;
    client.removeAllListeners('end');
    void client.end().catch(() => undefined);
    if (this.client === client) {
      this.client = undefined;
      this.logger.warn(`Changes are not heard of, copies are not used: ${reasonOf(error)}`);
    } else if (this.client) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.connect(), RETRY_MS).unref();
  }
}

/** Settles once, although a client that has not answered in time may still be heard of. */
function answerOf(client: pg.Client): Promise<void> {
  return new Promise((resolve, reject) => {
    const tooLong = setTimeout(() => reject(new Error('it did not answer in time')), PATIENCE_MS);
    const answered = (error?: Error) => {
      clearTimeout(tooLong);
      if (error) reject(error);
      else resolve();
    };
    void client.query(new EmptyStatement(answered));
  });
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'the connection was closed';

import { Logger } from '@nestjs/common';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import type { Transaction } from '../transaction';
import type { PostgresPool } from '../postgres/postgres-driver';
import {
  addressToListen,
  type Channel,
  channelOf,
  reachesListener,
  notify,
  NOTIFICATIONS_LOST,
} from './channel';
import { InvalidationSource, SingleFlight } from './invalidation-source';

/** How long the server may take to answer before its connection counts as broken. */
const ANSWER_TIMEOUT_MS = 250;
const RETRY_MS = 500;
/** For a new connection, and for each statement until it listens. */
const CONNECT_MS = 1_000;
/** A pooler in transaction mode rarely goes away, so retry less often. */
const RETRY_UNHEARD_MS = 30_000;

class Unheard extends Error {}

/**
 * Listens to the notifications of triggers. PostgreSQL delivers notifications committed before a statement
 * began ahead of that statement's result, so any statement on the listening connection is a freshness check.
 * This one also detects a read-only server, which means that another may have taken over.
 */
export class PostgresInvalidationSource extends InvalidationSource {
  private readonly logger = new Logger(PostgresInvalidationSource.name);
  private readonly check = new SingleFlight(() => this.catchUp());
  private client: pg.Client | undefined;
  private channel: Channel | undefined;
  private retry: NodeJS.Timeout | undefined;
  private isClosed = false;
  /** Whether the log already says that notifications do not arrive. */
  private isUnheard = false;

  private constructor(private readonly source: DataSource) {
    super();
    this.pool.primary.onMove(() => {
      if (this.client) this.leave(this.client, new Error('another server may have taken over'));
    });
  }

  static async open(source: DataSource): Promise<PostgresInvalidationSource> {
    const created = new PostgresInvalidationSource(source);
    await created.connect();
    return created;
  }

  async isFresh(): Promise<boolean> {
    return this.client ? this.check.run() : false;
  }

  async publish(transaction: Transaction, cacheKey: string): Promise<void> {
    this.channel ??= await channelOf(this.source);
    await notify(transaction, this.channel, cacheKey);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.retry);
    await this.client?.end().catch(() => undefined);
  }

  private get pool(): PostgresPool {
    return (this.source.driver as unknown as { master: PostgresPool }).master;
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      ...addressToListen(this.source),
      application_name: 'latchkey cache',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: CONNECT_MS,
    });
    const broken = (error?: unknown) => this.leave(client, error);
    client.on('error', broken);
    client.on('end', broken);
    client.on('notification', ({ payload }) => {
      if (payload) this.invalidate(payload);
      else this.invalidateAll();
    });
    try {
      await client.connect();
      await this.listenOn(client);
      if (this.isClosed) {
        await client.end();
        return;
      }
      this.client = client;
      this.isUnheard = false;
      this.invalidateAll(); // changes until now were missed
    } catch (error) {
      this.leave(client, error);
    }
  }

  /** @throws Error if notifications would not arrive on this connection. */
  private async listenOn(client: pg.Client): Promise<void> {
    if (!(await this.pool.primary.inspect(client))) throw new Error('the server can only be read');
    const { epoch } = this.pool.primary;
    this.channel = await channelOf(this.source);
    await client.query(this.channel.listen);
    if (!(await reachesListener(this.source, this.channel, client))) {
      await client.query('UNLISTEN *'); // a pooler would keep it for the next client
      throw new Unheard(NOTIFICATIONS_LOST);
    }
    if (epoch !== this.pool.primary.epoch) throw new Error('another server has taken over');
  }

  private async catchUp(): Promise<boolean> {
    const { client } = this;
    if (!client) return false;
    try {
      if (await isReadOnly(client)) {
        this.pool.primary.suspectFailover();
        throw new Error('the server can only be read');
      }
      return this.client === client;
    } catch (error) {
      this.leave(client, error);
      return false;
    }
  }

  /** Drops the connection. Until there is a new one, sessions bypass the cache. */
  private leave(client: pg.Client, error: unknown): void {
    if (this.isClosed) return;
    client.removeAllListeners('end');
    void client.end().catch(() => undefined);
    const isUnheard = error instanceof Unheard;
    if (isUnheard && !this.isUnheard) this.logger.warn(NOTIFICATIONS_LOST);
    this.isUnheard ||= isUnheard;
    if (this.client === client) {
      this.client = undefined;
      this.logger.warn(`Changes are not heard, so the session cache is bypassed: ${reasonOf(error)}`);
    } else if (this.client) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.connect(), isUnheard ? RETRY_UNHEARD_MS : RETRY_MS).unref();
  }
}

async function isReadOnly(client: pg.Client): Promise<boolean> {
  const show = { text: 'SHOW transaction_read_only', query_timeout: ANSWER_TIMEOUT_MS };
  const { rows } = await client.query<{ transaction_read_only: string }>(show);
  return rows[0].transaction_read_only !== 'off';
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'the connection was closed';

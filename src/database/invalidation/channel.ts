import { randomUUID } from 'node:crypto';
import { on } from 'node:events';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { Transaction } from '../transaction';

/** How long a notification may take from one connection to another. */
const NOTICE_MS = 1_000;

/** For the doctor command and the log. */
export const NOTIFICATIONS_LOST =
  'changes are not heard: a notice that was sent through the connection pool did not come back, as behind a pooler in ' +
  'transaction mode (PgBouncer: pool_mode). Sessions and users are read for each request. Point DATABASE_URL at the ' +
  'server or at a pooler in session mode, or set SESSION_CACHE=0';

export interface Channel {
  name: string;
  /** A full statement, because LISTEN takes no parameters. */
  listen: string;
}

/** Each schema has its own channel, named by the OID of our tables' schema, as its triggers compute it. */
export async function channelOf(source: DataSource): Promise<Channel> {
  const [channel] = await source.query<[Channel]>(
    `SELECT 'latchkey_changes_' || relnamespace AS name, format('LISTEN latchkey_changes_%s', relnamespace) AS listen
     FROM pg_class WHERE oid = 'sessions'::regclass`,
  );
  return channel;
}

export async function notify(
  executor: DataSource | Transaction,
  { name }: Channel,
  payload: string,
): Promise<void> {
  await executor.query('SELECT pg_notify($1, $2)', [name, payload]);
}

/**
 * Whether a notification sent through the pool reaches this listening connection. The connection stays idle
 * meanwhile: a pooler in transaction mode delivers notifications only during a query.
 */
export async function reachesListener(
  source: DataSource,
  channel: Channel,
  listener: pg.Client,
): Promise<boolean> {
  const token = randomUUID();
  const signal = AbortSignal.timeout(NOTICE_MS);
  const arriving = on(listener, 'notification', { signal }) as AsyncIterable<[pg.Notification]>;
  await notify(source, channel, token);
  try {
    for await (const [{ payload }] of arriving) if (payload === token) return true;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return false;
}

/** The address of a data source as pg takes it. A connection that listens has no limit for statements. */
export const addressToListen = ({ options }: DataSource): object => ({
  ...(options.extra as object),
  statement_timeout: undefined,
});

/** The same as `reachesListener` on a new connection. */
export async function notificationsArrive(source: DataSource): Promise<boolean> {
  const { Client } = require('pg') as typeof import('pg');
  const listener = new Client(addressToListen(source));
  listener.on('error', () => undefined);
  try {
    const channel = await channelOf(source);
    await listener.connect();
    await listener.query(channel.listen);
    const isHeard = await reachesListener(source, channel, listener);
    await listener.query('UNLISTEN *'); // a pooler would keep it for the next client
    return isHeard;
  } finally {
    await listener.end();
  }
}

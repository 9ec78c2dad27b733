import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource, Logger } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../src/database/data-source-name';
import { WRITER } from '../../src/database/database';
import { DatabaseSessionEngine } from '../../src/sessions/engines/database-session-engine';
import { RedisSessionEngine } from '../../src/sessions/engines/redis-session-engine';
import type { LoadedSession, SessionEngine, SessionValues } from '../../src/sessions/session-engine';
import type { TestApp } from './app';

/** The engine that the running project tests. */
export const EngineOfSuite = (globalThis.LATCHKEY_SESSION_STORE === 'redis'
  ? RedisSessionEngine
  : DatabaseSessionEngine) as unknown as typeof DatabaseSessionEngine;

/** The real engine, which also records its calls. */
export class RecordingEngine extends EngineOfSuite {
  readonly calls: string[] = [];

  override load(idHash: string): Promise<LoadedSession | null> {
    this.calls.push('load');
    return super.load(idHash);
  }

  override create(...session: Parameters<SessionEngine['create']>): Promise<LoadedSession> {
    this.calls.push('create');
    return super.create(...session);
  }

  override async commit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null> {
    this.calls.push('commit');
    const stored = await super.commit(base, values);
    if (!stored) this.calls.push('dropped');
    return stored;
  }

  override touch(idHash: string): Promise<void> {
    this.calls.push('touch');
    return super.touch(idHash);
  }
}

/** The real engine, which answers one call and then fails. */
export class FailsAtSecondLoad extends EngineOfSuite {
  private hasLoaded = false;

  override async load(idHash: string): Promise<LoadedSession | null> {
    if (this.hasLoaded) throw new Error('The database is gone, as this test wants');
    this.hasLoaded = true;
    return super.load(idHash);
  }
}

/** The real engine, but slow: every write is delayed. */
export class SlowEngine extends EngineOfSuite {
  override async create(...session: Parameters<SessionEngine['create']>): Promise<LoadedSession> {
    await delay(15);
    return super.create(...session);
  }

  override async commit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null> {
    await delay(15);
    return super.commit(base, values);
  }
}

const quiet = () => undefined;

/** Keeps TypeORM from printing. */
export const quietLogger: Logger = {
  logQuery: quiet,
  logQueryError: quiet,
  logQuerySlow: quiet,
  logSchemaBuild: quiet,
  logMigration: quiet,
  log: quiet,
};

/** Records every SQL statement of an instance from now on, on all its connections. */
export function statements(app: TestApp): string[] {
  const seen: string[] = [];
  const logger: Logger = { ...quietLogger, logQuery: (sql) => seen.push(sql) };
  for (const source of sources(app)) source.logger = logger;
  return seen;
}

/** All stored data, as text: what an attacker reads who steals the database, and Redis if it is used. */
export async function dump(app: TestApp): Promise<string> {
  const { SESSION_STORE: store, REDIS_URL: url } = app.environment;
  return JSON.stringify([await rowsOf(app), store === 'redis' && url ? await keysOf(url) : []]);
}

async function rowsOf({ dataSource }: TestApp): Promise<unknown[]> {
  const isSqlite = dataSource.options.type === 'sqlite';
  const tables = await dataSource.query<{ name: string }[]>(
    isSqlite
      ? "SELECT name FROM sqlite_master WHERE type = 'table'"
      : "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
  );
  return Promise.all(tables.map(({ name }) => dataSource.query(`SELECT * FROM "${name}"`)));
}

/** Every key of every database of a Redis, with its value. */
async function keysOf(url: string): Promise<[key: string, value: unknown][]> {
  const client = await createClient({ url }).connect();
  const databases = [...(await client.info('keyspace')).matchAll(/^db(\d+):/gm)].map(([, n]) => Number(n));
  const held: [string, unknown][] = [];
  for (const database of databases) {
    await client.select(database);
    for (const key of await client.keys('*')) {
      const type = await client.type(key);
      if (type === 'hash') held.push([key, await client.hGetAll(key)]);
      else if (type === 'string') held.push([key, await client.get(key)]);
      else if (type !== 'none') throw new Error(`This dump cannot read a ${type} yet (${key})`);
    }
  }
  client.destroy();
  return held;
}

/** How many sessions are stored, ended ones too; or those that match `condition`. */
export async function countSessions({ dataSource }: TestApp, condition = '1 = 1'): Promise<number> {
  const [{ n }] = await dataSource.query<{ n: number | string }[]>(
    `SELECT count(*) AS n FROM sessions WHERE ${condition}`,
  );
  return Number(n);
}

export const LIVE = 'ended_at IS NULL';

function sources({ app }: TestApp): DataSource[] {
  return [
    app.get<DataSource>(getDataSourceToken(LATCHKEY_DATA_SOURCE)),
    app.get<DataSource>(WRITER, { strict: false }),
  ];
}

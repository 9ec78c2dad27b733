import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';

declare global {
  /** Set by the project in jest.config.cjs. */
  var LATCHKEY_DATABASE: 'sqlite' | 'postgres' | undefined;
  var LATCHKEY_SESSION_STORE: 'redis' | undefined;
}

export interface TestDatabase {
  /** What DATABASE_URL should be. */
  url: string;
  /** Close every connection of your own first. */
  dispose(): Promise<void>;
}

/** An empty database of its own on whatever the running suite is meant to prove. */
export function testDatabase(): Promise<TestDatabase> {
  return globalThis.LATCHKEY_DATABASE === 'postgres' ? postgresDatabase() : sqliteDatabase();
}

/** Where the running suite keeps sessions. */
export function sessionStore(): Record<string, string | undefined> {
  if (globalThis.LATCHKEY_SESSION_STORE !== 'redis') return {};
  return { SESSION_STORE: 'redis', REDIS_URL: process.env.TEST_REDIS_URL };
}

export async function sqliteDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-sqlite-'));
  return {
    url: `sqlite:${join(folder, 'test.sqlite')}`,
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function postgresDatabase(server = process.env.TEST_POSTGRES_URL): Promise<TestDatabase> {
  if (!server) throw new Error('TEST_POSTGRES_URL is not set: postgres-global-setup.cjs has not run.');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name}`);
  return {
    url: new URL(`/${name}`, server).href,
    // A test that failed may have left connections open: FORCE ends them.
    dispose: () => execute(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const connection = await new DataSource({ type: 'postgres', url }).initialize();
  try {
    await connection.query(sql);
  } finally {
    await connection.destroy();
  }
}

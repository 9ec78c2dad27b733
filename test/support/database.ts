import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

declare global {
  /** Set by the project in jest.config.cjs. */
  var LATCHKEY_DATABASE: 'sqlite' | 'postgres' | undefined;
  var LATCHKEY_SESSION_STORE: 'redis' | undefined;
}

export interface TestDatabase {
  /** The value of DATABASE_URL. */
  url: string;
  /** Close every connection of your own first. */
  dispose(): Promise<void>;
}

/** An empty database of the kind that the running project tests. */
export function testDatabase(): Promise<TestDatabase> {
  return globalThis.LATCHKEY_DATABASE === 'postgres' ? postgresDatabase() : sqliteDatabase();
}

/** As `testDatabase`, with the tables of a first start. */
export function migratedDatabase(): Promise<TestDatabase> {
  const { TEST_POSTGRES_TEMPLATE, TEST_SQLITE_TEMPLATE } = process.env;
  if (globalThis.LATCHKEY_DATABASE === 'postgres') return postgresDatabase(undefined, TEST_POSTGRES_TEMPLATE);
  return sqliteDatabase(TEST_SQLITE_TEMPLATE);
}

/** The session store of the running project. */
export function sessionStore(): Record<string, string | undefined> {
  if (globalThis.LATCHKEY_SESSION_STORE !== 'redis') return {};
  return { SESSION_STORE: 'redis', REDIS_URL: process.env.TEST_REDIS_URL };
}

/** @param template a file to copy. */
export async function sqliteDatabase(template?: string): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-sqlite-'));
  const file = join(folder, 'test.sqlite');
  if (template) await copyFile(template, file);
  return { url: `sqlite:${file}`, dispose: () => rm(folder, { recursive: true, force: true }) };
}

/** @param template the name of a database to copy. */
export async function postgresDatabase(
  server = process.env.TEST_POSTGRES_URL,
  template = 'template1',
): Promise<TestDatabase> {
  if (!server) throw new Error('TEST_POSTGRES_URL is not set: postgres-global-setup.ts has not run.');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return {
    url: new URL(`/${name}`, server).href,
    // A failed test may have left connections open: FORCE closes them.
    dispose: () => execute(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function execute(connectionString: string, sql: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Users and sessions on SQLite, or on PostgreSQL and Redis, for the peers. */
import { join } from 'node:path';
import { createClient } from '@redis/client';
import pg from 'pg';
import sqlite3 from 'sqlite3';

const { STORE, DATA_DIR, DATABASE_URL, REDIS_URL } = process.env;
export const SECRET = 'a secret of the benchmark that keeps nothing';
export const MAX_AGE_MS = 86_400_000;

const usersTable = (id) =>
  `CREATE TABLE IF NOT EXISTS users (id ${id} PRIMARY KEY, username TEXT UNIQUE NOT NULL, password_hash TEXT NOT NULL)`;

function openSqlite() {
  const database = new sqlite3.Database(join(DATA_DIR, 'peer.sqlite'));
  const query = (sql, ...values) =>
    new Promise((resolve, reject) =>
      database.all(sql, values, (error, rows) => (error ? reject(error) : resolve(rows))),
    );
  return query;
}

async function openEmbedded() {
  const query = openSqlite();
  await query('PRAGMA journal_mode = WAL');
  await query(usersTable('INTEGER'));
  await query(
    'CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, data TEXT NOT NULL, expires INTEGER NOT NULL)',
  );
  const sessions = {
    get: async (id) =>
      (await query('SELECT data FROM sessions WHERE id = ? AND expires > ?', id, Date.now()))[0]?.data,
    set: (id, data) => query('REPLACE INTO sessions VALUES (?, ?, ?)', id, data, Date.now() + MAX_AGE_MS),
    touch: (id) => query('UPDATE sessions SET expires = ? WHERE id = ?', Date.now() + MAX_AGE_MS, id),
    delete: (id) => query('DELETE FROM sessions WHERE id = ?', id),
  };
  return { query: (sql, values) => query(sql.replace(/\$\d/g, '?'), ...values), sessions };
}

async function openServers() {
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
  await pool.query(usersTable('SERIAL'));
  const redis = await createClient({ url: REDIS_URL }).connect();
  const sessions = {
    get: async (id) => (await redis.get(id)) ?? undefined,
    set: (id, data) => redis.set(id, data, { expiration: { type: 'PX', value: MAX_AGE_MS } }),
    touch: (id) => redis.pExpire(id, MAX_AGE_MS),
    delete: (id) => redis.del(id),
  };
  return { query: async (sql, values) => (await pool.query(sql, values)).rows, sessions };
}

const { query, sessions } = await (STORE === 'embedded' ? openEmbedded() : openServers());

export const users = {
  byId: async (id) => (await query('SELECT id, username FROM users WHERE id = $1', [id]))[0],
  byName: async (name) => (await query('SELECT * FROM users WHERE username = $1', [name]))[0],
  create: (name, hash) => query('INSERT INTO users (username, password_hash) VALUES ($1, $2)', [name, hash]),
};

const call = (promise, done) => promise.then((value) => done?.(null, value), done);

/** What express-session and @fastify/session ask of a store. */
export const sessionStore = {
  get: (id, done) =>
    call(
      sessions.get(id).then((data) => (data ? JSON.parse(data) : null)),
      done,
    ),
  set: (id, session, done) => call(sessions.set(id, JSON.stringify(session)), done),
  touch: (id, _session, done) => call(sessions.touch(id), done),
  destroy: (id, done) => call(sessions.delete(id), done),
};

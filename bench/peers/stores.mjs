/** Users, messages and sessions on SQLite, or on PostgreSQL and Redis, for the peers. */
import { join } from 'node:path';
import { createClient } from '@redis/client';
import pg from 'pg';
import sqlite3 from 'sqlite3';

const { STORE, DATA_DIR, DATABASE_URL, REDIS_URL } = process.env;
export const SECRET = 'a secret of the benchmark that keeps nothing';
export const MAX_AGE_MS = 86_400_000;

/** @param id the type of a key that numbers itself. */
const tables = (id) => [
  `CREATE TABLE IF NOT EXISTS users
    (id ${id} PRIMARY KEY, username TEXT UNIQUE NOT NULL, email TEXT, password_hash TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS messages
    (id ${id} PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, content TEXT NOT NULL, created_at BIGINT NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS messages_user_id ON messages (user_id)',
];

function openSqlite() {
  const database = new sqlite3.Database(join(DATA_DIR, 'peer.sqlite'));
  const prepared = new Map();
  return (sql, ...values) => {
    if (!prepared.has(sql)) prepared.set(sql, database.prepare(sql));
    return new Promise((resolve, reject) =>
      prepared.get(sql).all(values, (error, rows) => (error ? reject(error) : resolve(rows))),
    );
  };
}

async function openEmbedded() {
  const query = openSqlite();
  await query('PRAGMA journal_mode = WAL');
  for (const table of tables('INTEGER')) await query(table);
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
  for (const table of tables('SERIAL')) await pool.query(table);
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
  create: (name, email, hash) =>
    query('INSERT INTO users (username, email, password_hash) VALUES ($1, $2, $3)', [name, email, hash]),
};

const LIST =
  'SELECT m.id, m.content, m.created_at, m.user_id, u.username FROM messages m JOIN users u ON u.id = m.user_id';
const NEWEST = 'ORDER BY m.id DESC LIMIT 20';
const shown = ({ id, content, created_at: createdAt, user_id: userId, username }) => ({
  id,
  content,
  createdAt: new Date(Number(createdAt)).toISOString(),
  author: { id: userId, username },
});

export const messages = {
  newest: async () => (await query(`${LIST} ${NEWEST}`, [])).map(shown),
  newestOf: async (userId) => (await query(`${LIST} WHERE m.user_id = $1 ${NEWEST}`, [userId])).map(shown),
  create: (userId, content) =>
    query('INSERT INTO messages (user_id, content, created_at) VALUES ($1, $2, $3)', [
      userId,
      content,
      Date.now(),
    ]),
};

/** For the page: a reader may edit their own messages. */
export const withOwn = (list, { id }) =>
  list.map((message) => ({ ...message, own: message.author.id === id }));

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

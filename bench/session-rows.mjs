/** Users and sessions by the million, as the engine writes them. */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { NestFactory } from '@nestjs/core';

const require = createRequire(import.meta.url);
const { AppModule } = require('../dist/app/app.module.js');
const { hashOfSessionId } = require('../dist/http/hash-of-session-id.js');
const { loadSettings } = require('../dist/options/load-settings.js');
const { Database } = require('../dist/database/database.js');
const { SessionCookie } = require('../dist/sessions/session-cookie.js');
const { signedId } = require('../dist/sessions/session-id.js');

const CHUNK = 2_000;
const HASH = `$2b$12$${'.'.repeat(53)}`;
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36';
const random = (bytes) => randomBytes(bytes).toString('base64url');

function usersOf(ids, now) {
  const rows = ids.map((id) => `(${id}, 'Heron${id}', 'heron${id}', '${HASH}', ${now}, ${now})`);
  return `INSERT INTO users (id, username, username_canonical, password_hash, created_at, updated_at) VALUES ${rows}`;
}

/** The statement that makes these sessions: `{ idHash, userId, idleExpiresAt }` each. */
export function insertSessions(sessions, now) {
  const rows = sessions.map(({ idHash, userId, idleExpiresAt }) => {
    const data = JSON.stringify({ userId, authenticatedAt: now, securityVersion: 1 });
    const texts = [idHash, random(16), data, '192.0.2.7', USER_AGENT].map((text) => `'${text}'`);
    return `(${texts}, ${userId}, 1, ${now}, ${now}, ${idleExpiresAt}, ${now + 43_200_000})`;
  });
  const columns =
    'id_hash, public_id, data, ip, user_agent, user_id, version, created_at, last_seen_at, idle_expires_at, absolute_expires_at';
  return `INSERT INTO sessions (${columns}) VALUES ${rows}`;
}

/** Makes so many users with a session each. @returns their cookies, in random order as their IDs are. */
export async function fill(environment, count) {
  const settings = loadSettings({ ...environment, LOG_LEVEL: 'error' });
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(settings), { logger: false });
  const database = app.get(Database);
  const { name, secrets } = app.get(SessionCookie);
  const now = Date.now();
  const cookies = [];
  for (let from = 1; from <= count; from += CHUNK) {
    const ids = Array.from({ length: Math.min(CHUNK, count - from + 1) }, (_, index) => from + index);
    const sessionIds = ids.map(() => random(32));
    const sessions = ids.map((userId, index) => ({
      idHash: hashOfSessionId(sessionIds[index]),
      userId,
      idleExpiresAt: now + 6 * 3_600_000,
    }));
    await database.write((manager) => manager.query(usersOf(ids, now)));
    await database.write((manager) => manager.query(insertSessions(sessions, now)));
    for (const id of sessionIds) cookies.push(`${name}=${encodeURIComponent(signedId(id, secrets[0]))}`);
  }
  await database.write((manager) => manager.query('ANALYZE'));
  await app.close();
  return cookies;
}

/**
 * Checks whether the response time reveals that a user or an address exists.
 *
 *   npm run build && node bench/answer-timing.mjs [pairs, default 500] [BCRYPT_COST, default 12] [hashes]
 *
 * Starts the application with its own database and sends requests with a known and an unknown name or address, one after the
 * other, in pairs of random order: a log-in with a wrong password, a reset by mail, a change of one's e-mail address.
 * Prints the area under the ROC curve of each: how often a guess "it took longer, so it exists" would be right. 0.5 is a
 * coin; the goal is 0.45 to 0.55. A follow-up is what comes right after a reset: its mail is written then.
 *
 * Then some users get hashes of other systems, two steps of cost below BCRYPT_COST and two above among them, and log-ins are
 * measured again for each kind. `hashes`: only this.
 */
import { spawn } from 'node:child_process';
import { pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import bcrypt from 'bcrypt';
import sqlite3 from 'sqlite3';
import { freePort } from './free-port.mjs';

const [pairs = '500', cost = '12', part] = process.argv.slice(2);
const USERS = 20;
const WARM_UP = 100; // compiles code and measures hash speeds
const USERS_OF_A_KIND = 4;
const PASSWORD = 'a heron stands in the rain';
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

async function start(dataDir) {
  const port = await freePort();
  const child = spawn(process.execPath, [MAIN], {
    cwd: dataDir, // so that no .env is read
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      DATA_DIR: dataDir,
      BCRYPT_COST: cost,
      THROTTLE: 'off',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const listens = new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => String(text).includes('listens') && resolve());
    child.once('close', () => reject(new Error('The application did not start')));
  });
  await listens;
  return { child, port };
}

/** @returns the status, the cookies, and the milliseconds from the first byte sent to the last received. */
function send(port, agent, path, body, { method = 'POST', cookie } = {}) {
  const json = JSON.stringify(body);
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(json),
    Origin: `http://localhost:${port}`,
    ...(cookie && { Cookie: cookie }),
  };
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const sent = request({ host: '127.0.0.1', port, agent, method, path, headers }, (answer) => {
      answer.resume().on('end', () =>
        resolve({
          status: answer.statusCode,
          cookies: answer.headers['set-cookie'] ?? [],
          ms: performance.now() - begun,
        }),
      );
    });
    sent.on('error', reject).end(json);
  });
}

/** Mann-Whitney: the share of pairs of a known and an unknown name in which the known one took longer. */
function areaUnderCurve(known, unknown) {
  let wins = 0;
  for (const one of known) for (const other of unknown) wins += one > other ? 1 : one === other ? 0.5 : 0;
  return wins / (known.length * unknown.length);
}

const median = (times) => times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)];

/** Sends pairs in random order. @returns the milliseconds of each kind, and of a follow-up if there is one. */
async function measure(ask, followUp) {
  const times = { known: [], unknown: [] };
  const after = { known: [], unknown: [] };
  for (let pair = -WARM_UP; pair < Number(pairs); pair++) {
    const order = Math.random() < 0.5 ? ['known', 'unknown'] : ['unknown', 'known'];
    for (const kind of order) {
      const ms = await ask(kind, (pair + WARM_UP) % USERS);
      const next = followUp && (await followUp());
      await delay(followUp ? 10 : 0);
      if (pair < 0) continue;
      times[kind].push(ms);
      if (followUp) after[kind].push(next);
    }
  }
  return [times, after];
}

let isGood = true;
function report(what, { known, unknown }) {
  const area = areaUnderCurve(known, unknown);
  isGood &&= area >= 0.45 && area <= 0.55;
  const [one, other] = [median(known), median(unknown)].map((ms) => ms.toFixed(2));
  console.log(`${what.padEnd(26)} known ${one} ms, unknown ${other} ms, area ${area.toFixed(3)}`);
}

/** Hashes of other systems that take at most as long as BCRYPT_COST + 2, by kind. */
function otherHashes() {
  const salt = randomBytes(8).toString('hex');
  const [iterations, N] = [150 * 2 ** cost, 2 ** (Number(cost) + 4)];
  const scrypted = scryptSync(PASSWORD, salt, 64, { N, r: 8, p: 1, maxmem: 2 ** 28 });
  return {
    [`bcrypt ${Number(cost) - 2}`]: bcrypt.hashSync(PASSWORD, Number(cost) - 2),
    [`bcrypt ${cost}`]: bcrypt.hashSync(PASSWORD, Number(cost)),
    [`bcrypt ${Number(cost) + 2}`]: bcrypt.hashSync(PASSWORD, Number(cost) + 2),
    [`PBKDF2 ${iterations}`]: `pbkdf2:sha256:${iterations}$${salt}$${pbkdf2Sync(PASSWORD, salt, iterations, 32, 'sha256').toString('hex')}`,
    [`scrypt ${N}`]: `scrypt:${N}:8:1$${salt}$${scrypted.toString('hex')}`,
  };
}

/** Gives the first users these hashes, some for each. The application must not be running. */
async function store(hashes) {
  const database = new sqlite3.Database(join(dataDir, 'latchkey.sqlite'));
  const run = promisify(database.run.bind(database));
  for (const [kind, hash] of Object.values(hashes).entries()) {
    const [from, to] = [kind * USERS_OF_A_KIND, (kind + 1) * USERS_OF_A_KIND];
    await run(`UPDATE users SET password_hash = ? WHERE id > ? AND id <= ?`, hash, from, to);
  }
  await promisify(database.close.bind(database))();
}

async function stop() {
  child.kill();
  await once(child, 'close');
}

async function measureAnswers() {
  const [login] = await measure((kind, n) => guessAt(kind === 'known' ? `known${n}` : `unknown${n}`));
  report('log-in', login);

  const reset = (kind, n) =>
    ask(204, '/api/v1/auth/password-reset', { email: `${kind}${n}@example.com` }).then(({ ms }) => ms);
  const page = () => ask(401, '/api/v1/auth/me', {}, { method: 'GET' }).then(({ ms }) => ms);
  const [resets, followUps] = await measure(reset, page);
  report('reset by mail', resets);
  report('the request right after it', followUps);

  await ask(201, '/api/v1/auth/signup', { username: 'me', password: PASSWORD });
  const { cookies } = await ask(200, '/api/v1/auth/login', { username: 'me', password: PASSWORD });
  const cookie = cookies.map((one) => one.split(';', 1)[0]).join('; ');
  const path = `/api/v1/users/${USERS + 1}`;
  const [changes] = await measure(async (kind, n) => {
    const email = `${kind}${n}@example.com`;
    return (await ask(200, path, { email }, { method: 'PATCH', cookie })).ms;
  });
  report('change of e-mail address', changes);
}

const guessAt = async (username) =>
  (await ask(401, '/api/v1/auth/login', { username, password: 'an owl sits by the mill' })).ms;

async function measureHashes() {
  const hashes = otherHashes();
  await stop();
  await store(hashes);
  ({ child, port } = await start(dataDir));
  for (const [n, kind] of Object.keys(hashes).entries()) {
    const [login] = await measure((which, pair) =>
      guessAt(`${which === 'known' ? 'known' : 'unknown'}${n * USERS_OF_A_KIND + (pair % USERS_OF_A_KIND)}`),
    );
    report(`log-in, ${kind}`, login);
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-timing-'));
let { child, port } = await start(dataDir);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const ask = async (expected, ...request) => {
  const answer = await send(port, agent, ...request);
  if (answer.status !== expected) throw new Error(`${request[0]} answered ${answer.status}`);
  return answer;
};
try {
  for (let user = 0; user < USERS; user++) {
    const account = { username: `known${user}`, password: PASSWORD, email: `known${user}@example.com` };
    await ask(201, '/api/v1/auth/signup', account);
  }
  console.log(`${pairs} pairs, BCRYPT_COST ${cost}, medians; the goal is an area of 0.45 to 0.55`);

  if (part !== 'hashes') await measureAnswers();
  await measureHashes();
  process.exitCode = isGood ? 0 : 1;
} finally {
  agent.destroy();
  await stop();
  await rm(dataDir, { recursive: true, force: true });
}

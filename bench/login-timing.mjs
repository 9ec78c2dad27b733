/**
 * Whether the time of a refused log-in tells that a user exists.
 *
 *   npm run build && node bench/login-timing.mjs [pairs, default 500] [BCRYPT_COST, default 10]
 *
 * Starts the application with a database of its own and tries a wrong password for a known and for an unknown name, one
 * after the other, in pairs of random order. Prints the area under the ROC curve: how often a guess "it took longer, so
 * the user exists" would be right. 0.5 is a coin; the goal is 0.45 to 0.55.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const [pairs = '500', cost = '10'] = process.argv.slice(2);
const USERS = 20;
const WARM_UP = 20;
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function start(dataDir) {
  const port = await freePort();
  const child = spawn(process.execPath, [MAIN], {
    cwd: dataDir, // where no .env is read
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

/** @returns the status, and the milliseconds from the first byte sent to the last received. */
function post(port, agent, path, body) {
  const json = JSON.stringify(body);
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(json),
    Origin: `http://localhost:${port}`,
  };
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const sent = request({ host: '127.0.0.1', port, agent, method: 'POST', path, headers }, (answer) => {
      answer.resume().on('end', () => resolve({ status: answer.statusCode, ms: performance.now() - begun }));
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

const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-timing-'));
const { child, port } = await start(dataDir);
try {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let user = 0; user < USERS; user++) {
    const account = { username: `known${user}`, password: 'a heron stands in the rain' };
    const { status } = await post(port, agent, '/api/v1/auth/signup', account);
    if (status !== 201) throw new Error(`Sign-up answered ${status}`);
  }
  const times = { known: [], unknown: [] };
  for (let pair = -WARM_UP; pair < Number(pairs); pair++) {
    const order = Math.random() < 0.5 ? ['known', 'unknown'] : ['unknown', 'known'];
    for (const kind of order) {
      const username =
        kind === 'known' ? `known${(pair + WARM_UP) % USERS}` : `nobody${(pair + WARM_UP) % USERS}`;
      const attempt = { username, password: 'an owl sits by the mill' };
      const { status, ms } = await post(port, agent, '/api/v1/auth/login', attempt);
      if (status !== 401) throw new Error(`Log-in answered ${status}`);
      if (pair >= 0) times[kind].push(ms);
    }
  }
  agent.destroy();
  const area = areaUnderCurve(times.known, times.unknown);
  console.log(`${pairs} pairs, BCRYPT_COST ${cost}`);
  console.log(
    `median: known ${median(times.known).toFixed(2)} ms, unknown ${median(times.unknown).toFixed(2)} ms`,
  );
  console.log(`area under the ROC curve: ${area.toFixed(3)} (goal: 0.45 to 0.55)`);
  process.exitCode = area >= 0.45 && area <= 0.55 ? 0 : 1;
} finally {
  child.kill();
  await once(child, 'close');
  await rm(dataDir, { recursive: true, force: true });
}

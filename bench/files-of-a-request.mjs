/**
 * Which of our files a request runs through: those of dist/ in which a named function is called. Build first.
 *
 *   npm run build && node bench/files-of-a-request.mjs
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.mjs';

const DIST = new URL('../dist/', import.meta.url);
const ACCOUNT = { username: 'ada', password: 'correct horse battery staple' };

const folder = mkdtempSync(join(tmpdir(), 'latchkey-files-'));
const port = await freePort();
const base = `http://127.0.0.1:${port}`;
Object.assign(process.env, { PORT: String(port), BASE_URL: base, DATA_DIR: folder, LOG_LEVEL: 'error' });

const inspector = new Session();
inspector.connect();
await inspector.post('Profiler.enable');
await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

await import(fileURLToPath(new URL('main.js', DIST)));
while (!(await fetch(`${base}/health/ready`).catch(() => null))?.ok) await delay(100);

const headers = { accept: 'text/html', 'sec-fetch-site': 'same-origin' };
const post = (path) =>
  fetch(base + path, { method: 'POST', headers, body: new URLSearchParams(ACCOUNT), redirect: 'manual' });
const logIn = () => post('/users/login');
const get = (path, cookie) => fetch(base + path, { headers: { ...headers, cookie } });

await post('/users/signup');
const cookie = (await logIn()).headers
  .getSetCookie()
  .map((line) => line.split(';')[0])
  .filter((pair) => !pair.startsWith('flash')) // as if a page had shown it
  .join('; ');
for (let i = 0; i < 20; i += 1) await (await get('/account', cookie)).text();

print('POST /users/login', await filesOf(logIn));
await delay(500); // until the audit log is written
print('GET /account, warm', await filesOf(async () => (await get('/account', cookie)).text()));
rmSync(folder, { recursive: true, force: true });
process.exit(0);

/** Counts start from zero after each `takePreciseCoverage`. */
async function filesOf(request) {
  await inspector.post('Profiler.takePreciseCoverage');
  await request();
  const { result } = await inspector.post('Profiler.takePreciseCoverage');
  return result
    .filter(({ url, functions }) => url.startsWith(DIST.href) && functions.some(isNamedAndCalled))
    .map(({ url }) => url.slice(DIST.href.length))
    .sort();
}

function isNamedAndCalled({ functionName, ranges }) {
  return functionName !== '' && ranges[0].count > 0;
}

function print(title, files) {
  console.log(`${title}: ${files.length} files`);
  for (const file of files) console.log(`  ${file}`);
}

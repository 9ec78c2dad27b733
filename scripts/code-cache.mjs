/** For scripts/bundle.mjs: starts the bundle once and keeps what V8 compiled until the first page was answered. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const { CODE_CACHE, compiledBundle, runBundle } = createRequire(import.meta.url)(
  join(process.argv[2], 'bundle.js'),
);
const PATIENCE_MS = 60_000;

const port = await new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});
const folder = mkdtempSync(join(tmpdir(), 'latchkey-build-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.chdir(folder); // where no .env is
process.env = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'error',
  DATA_DIR: folder,
  HOST: '127.0.0.1',
  PORT: String(port),
};

const bundle = compiledBundle();
runBundle(bundle);
const giveUpAt = performance.now() + PATIENCE_MS;
const page = `http://127.0.0.1:${port}/users/login`;
while (
  !(await fetch(page).then(
    (answer) => answer.ok,
    () => false,
  ))
) {
  if (performance.now() > giveUpAt) throw new Error(`No answer from ${page}`);
  await delay(20);
}
writeFileSync(CODE_CACHE, bundle.createCachedData());
process.exit();

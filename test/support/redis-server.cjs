/** Starts a Redis: in memory, on a free port on loopback. */
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { mkdtempSync, rmSync } = require('node:fs');
const { createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { findRedis } = require('./services.cjs');

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param options of redis-server, by name; `port` to replace one that was stopped. */
async function startRedis(options = {}) {
  const { file, missing } = findRedis();
  if (missing) throw new Error(missing);

  const port = options.port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-redis-'));
  const settings = { bind: '127.0.0.1', port, dir: folder, save: '', appendonly: 'no', ...options };
  const child = spawn(
    file,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, ...[value].flat().map(String)]),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'close');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);

  await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (part) => {
      said += part;
      if (said.includes('Ready to accept connections')) resolve();
    });
    child.once('close', () => reject(new Error(`redis-server ended:\n${said}`)));
  });

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    /** Like a machine that hangs: it accepts connections and does not answer. */
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    async stop() {
      process.off('exit', kill);
      kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

module.exports = { startRedis };

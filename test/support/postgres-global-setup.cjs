/** Starts a PostgreSQL of our own for one run: a fresh folder, a free port on loopback, gone afterwards. */
const { spawnSync } = require('node:child_process');
const { chownSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { createServer } = require('node:net');
const { constants, tmpdir } = require('node:os');
const { join } = require('node:path');
const { findPostgres } = require('./services.cjs');

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  // The data do not outlive the run, so nothing is worth waiting for a disk.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

module.exports = async function startPostgres() {
  const { bin, account, missing } = findPostgres();
  if (missing) throw new Error(missing);

  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'));
  if (account.uid) chownSync(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  const log = join(folder, 'log');
  const run = (program, ...args) => {
    const { status } = spawnSync(join(bin, program), args, { ...account, cwd: folder, stdio: 'ignore' });
    return status === 0;
  };

  const port = await freePort();
  const options = Object.entries({ port, ...settings }).map(([name, value]) => `-c ${name}='${value}'`);
  const locale = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';

  const stop = () => {
    run('pg_ctl', 'stop', '-D', data, '-m', 'immediate');
    rmSync(folder, { recursive: true, force: true });
  };
  // Jest skips its teardown when it is interrupted; PostgreSQL, a daemon, would stay behind.
  const interrupted = (signal) => process.exit(128 + constants.signals[signal]);
  process.once('exit', stop).once('SIGINT', interrupted).once('SIGTERM', interrupted);
  globalThis.stopTestPostgres = () => {
    process.off('exit', stop).off('SIGINT', interrupted).off('SIGTERM', interrupted);
    stop();
  };

  const initdb = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    `--locale=${locale}`,
    '--no-sync',
  ];
  if (!run('initdb', ...initdb))
    throw new Error(`initdb failed; try: ${join(bin, 'initdb')} ${initdb.join(' ')}`);
  if (!run('pg_ctl', 'start', '-w', '-D', data, '-l', log, '-o', options.join(' '))) {
    throw new Error(`PostgreSQL did not start:\n${readFileSync(log, 'utf8')}`);
  }
  process.env.TEST_POSTGRES_URL = `postgres://postgres@127.0.0.1:${port}/postgres`;
};

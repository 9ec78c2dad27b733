const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { chownSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { createServer } = require('node:net');
const { constants, tmpdir } = require('node:os');
const { join } = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');
const { Client } = require('pg');
const { findPostgres } = require('./services.cjs');

const defaults = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  // The data are temporary, so no write needs to wait for a disk.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

/** Starts a PostgreSQL: in a new folder, on a free port on loopback, removed afterwards. */
class PostgresServer {
  #frozen = [];

  constructor(folder, port, settings) {
    this.folder = folder;
    this.data = join(folder, 'data');
    this.options = Object.entries({ port, ...defaults, ...settings })
      .map(([name, value]) => `-c ${name}='${value}'`)
      .join(' ');
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`;
    this.remove = this.remove.bind(this);
  }

  static async start(settings = {}) {
    const { account, missing } = findPostgres();
    if (missing) throw new Error(missing);
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'));
    if (account.uid) chownSync(folder, account.uid, account.gid);
    const server = new PostgresServer(folder, await freePort(), settings);
    // Jest skips its teardown when it is interrupted; PostgreSQL, a daemon, would keep running.
    process.once('exit', server.remove).once('SIGINT', interrupted).once('SIGTERM', interrupted);
    await server.#initialize();
    await server.start();
    return server;
  }

  /** A read-only replica of this server, until it is promoted. */
  async standby() {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'));
    const { account } = findPostgres();
    if (account.uid) chownSync(folder, account.uid, account.gid);
    const server = new PostgresServer(folder, await freePort(), {});
    process.once('exit', server.remove).once('SIGINT', interrupted).once('SIGTERM', interrupted);
    const from = ['-d', this.url, '-D', server.data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'];
    if (!(await server.#run('pg_basebackup', ...from))) throw new Error('pg_basebackup failed');
    await server.start();
    return server;
  }

  async promote() {
    await this.#run('pg_ctl', 'promote', '-w', '-D', this.data);
  }

  /** Resolves when it accepts connections. */
  async start() {
    const log = join(this.folder, 'log');
    if (await this.#run('pg_ctl', 'start', '-w', '-D', this.data, '-l', log, '-o', this.options)) return;
    throw new Error(`PostgreSQL did not start:\n${readFileSync(log, 'utf8')}`);
  }

  /** Closes every connection and refuses new ones. @param mode `immediate` leaves work in flight to recovery. */
  async stop(mode = 'fast') {
    await this.#run('pg_ctl', 'stop', '-w', '-D', this.data, '-m', mode);
  }

  /** Kills all its processes. */
  async kill() {
    const processes = await this.#signal('SIGKILL');
    while (processes.some(isAlive)) await delay(10);
  }

  /** From now on the kernel accepts connections and requests, but the server does not answer. */
  async freeze() {
    this.#frozen = await this.#signal('SIGSTOP');
  }

  thaw() {
    for (const pid of this.#frozen.splice(0)) process.kill(pid, 'SIGCONT');
  }

  /** Synchronous, because the process may be exiting. */
  remove() {
    process.off('exit', this.remove).off('SIGINT', interrupted).off('SIGTERM', interrupted);
    this.thaw();
    const [program, how] = this.#program('pg_ctl');
    spawnSync(program, ['stop', '-D', this.data, '-m', 'immediate'], how);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #signal(name) {
    const connection = new Client({ connectionString: this.url });
    connection.on('error', () => undefined);
    await connection.connect();
    const { rows } = await connection.query('SELECT pid FROM pg_stat_activity');
    const main = Number(readFileSync(join(this.data, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
    const processes = [main, ...rows.map(({ pid }) => pid)]; // the main process first: it would start new ones
    for (const pid of processes) if (isAlive(pid)) process.kill(pid, name);
    connection.connection.stream.destroy();
    return processes;
  }

  async #initialize() {
    const locale = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';
    const options = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', `--locale=${locale}`, '--no-sync'];
    if (await this.#run('initdb', '-D', this.data, ...options)) return;
    throw new Error(`initdb failed; try: initdb -D ${this.data} ${options.join(' ')}`);
  }

  async #run(name, ...options) {
    const [program, how] = this.#program(name);
    const [code] = await once(spawn(program, options, how), 'exit');
    return code === 0;
  }

  #program(name) {
    const { bin, account } = findPostgres();
    return [join(bin, name), { ...account, cwd: this.folder, stdio: 'ignore' }];
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const interrupted = (signal) => process.exit(128 + constants.signals[signal]);

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

module.exports = { PostgresServer };

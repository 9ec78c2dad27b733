/** Finds the programs that some test projects need. Used by jest.config.cjs and the test support code. */
const { execFileSync } = require('node:child_process');
const { accessSync, constants, existsSync, readdirSync } = require('node:fs');
const { basename, delimiter, join } = require('node:path');

const path = (process.env.PATH ?? '').split(delimiter).filter(Boolean);

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function output(program, ...args) {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

function foldersIn(root) {
  try {
    return readdirSync(root).map((name) => join(root, name));
  } catch {
    return [];
  }
}

function debianPostgresFolders() {
  const version = (folder) => Number(basename(folder));
  const folders = foldersIn('/usr/lib/postgresql').sort((a, b) => version(b) - version(a));
  return folders.map((folder) => join(folder, 'bin'));
}

/** PostgreSQL refuses to run as root, so root uses the system user `postgres`. */
function postgresAccount() {
  if (process.getuid?.() !== 0) return {};
  const uid = output('id', '-u', 'postgres');
  const gid = output('id', '-g', 'postgres');
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/** The folder of PostgreSQL's programs and the account that may run them, or what is missing. */
function findPostgres() {
  const candidates = [...debianPostgresFolders(), output('pg_config', '--bindir'), ...path];
  const bin = candidates.find(
    (folder) => folder && ['initdb', 'pg_ctl', 'postgres'].every((name) => isExecutable(join(folder, name))),
  );
  const install = 'install it: apt-get install postgresql';
  if (!bin) return { missing: `no PostgreSQL server programs (initdb, pg_ctl, postgres) found; ${install}` };
  const account = postgresAccount();
  if (!account)
    return { missing: `PostgreSQL cannot run as root and there is no user "postgres"; ${install}` };
  return { bin, account };
}

/** The browser for the browser specs, or what is missing. */
function findChromium() {
  const given = process.env.CHROMIUM;
  if (given) return isExecutable(given) ? { file: given } : { missing: `CHROMIUM=${given} cannot be run` };
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const file = ['/usr/bin', ...path]
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((candidate) => isExecutable(candidate));
  return file
    ? { file }
    : { missing: 'no Chromium found; install it (apt-get install chromium) or set CHROMIUM' };
}

/** A program of a Debian package with the same name, or what is missing. */
function findDebian(name) {
  const file = ['/usr/bin', '/usr/sbin', ...path].map((folder) => join(folder, name)).find(isExecutable);
  return file ? { file } : { missing: `no ${name} found; install it: apt-get install ${name}` };
}

const findRedis = () => findDebian('redis-server');
const findRedisSentinel = () => findDebian('redis-sentinel');
const findPgbouncer = () => findDebian('pgbouncer');
const findSqlmap = () => findDebian('sqlmap');
const findWapiti = () => findDebian('wapiti');
const findHydra = () => findDebian('hydra');
const findWrk = () => findDebian('wrk');
const findNginx = () => findDebian('nginx');
const findSlapd = () => findDebian('slapd');

/** The library that changes the time of a process, or what is missing. */
function findFaketime() {
  const file = ['/usr/lib', '/usr/local/lib']
    .flatMap((root) => [root, ...foldersIn(root)].map((folder) => join(folder, 'faketime/libfaketime.so.1')))
    .find((candidate) => existsSync(candidate));
  return file ? { file } : { missing: 'no libfaketime found; install it: apt-get install faketime' };
}

/** How to run a program as root without a password prompt, or what is missing. */
function findRoot() {
  if (process.getuid?.() === 0) return { as: [] };
  if (output('sudo', '-n', 'true') !== undefined) return { as: ['sudo', '-n'] };
  return { missing: 'only root can fill a disk and break its writes; run as root, or allow sudo' };
}

/** The program that traces and injects faults into system calls, or what is missing. */
function findStrace() {
  const file = ['/usr/bin', ...path].map((folder) => join(folder, 'strace')).find(isExecutable);
  return file ? { file } : { missing: 'no strace found; install it: apt-get install strace' };
}

module.exports = {
  findPostgres,
  findChromium,
  findRedis,
  findRedisSentinel,
  findPgbouncer,
  findFaketime,
  findRoot,
  findStrace,
  findSqlmap,
  findWapiti,
  findHydra,
  findWrk,
  findNginx,
  findSlapd,
};

/**
 * What is measured: Latchkey in each variant below, and its peers, on each store and number of processes.
 *
 * A target is `{ name, stack, store, workers, start, cwd, env, paths, fields, csrf, unauth }`. In `start` and the values of
 * `env`, `{port}` and `{data}` stand for its port and folder; the rest of its environment is that of instance.mjs.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ourPeers } from './peers/list.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** `embedded` is SQLite; `redispg` keeps users in PostgreSQL and sessions in Redis. Of two processes only the latter. */
export const GROUPS = [
  { store: 'embedded', workers: 1, title: 'SQLite, 1 process' },
  { store: 'redispg', workers: 1, title: 'PostgreSQL + Redis, 1 process' },
  { store: 'redispg', workers: 2, title: 'PostgreSQL + Redis, 2 processes' },
].map((group) => ({ ...group, name: `${group.store}/${group.workers}p` }));

/** Each is a stack of its own in the tables. One with `measures` takes part in those alone. */
const VARIANTS = [
  { stack: 'latchkey', env: {} },
  { stack: 'latchkey (cache off)', env: { SESSION_CACHE: '0' }, measures: ['pages', 'growth'] },
  { stack: 'latchkey (cache of a million)', env: { SESSION_CACHE: '1000000' }, measures: ['growth'] },
];

const STORES = {
  embedded: { DATABASE_URL: '', REDIS_URL: '' },
  redispg: { SESSION_STORE: 'redis' },
};

const latchkey = GROUPS.flatMap(({ store, workers }) =>
  VARIANTS.map(({ env, ...variant }) => ({
    ...variant,
    store,
    workers,
    cwd: '{data}', // so that no .env is read
    start: [process.execPath, resolve(ROOT, 'dist/main.js')],
    env: {
      BASE_URL: 'http://127.0.0.1:{port}',
      SESSION_SECRET: 'a secret of the benchmark that keeps nothing',
      ...STORES[store],
      ...env,
    },
    paths: {
      login: '/users/login',
      signup: '/users/signup',
      welcome: '/users/welcome',
      ordinary: '/account',
      me: '/api/v1/auth/me',
      logout: '/users/logout',
    },
    fields: {
      login: { id: 'username', identity: 'username', password: 'password' },
      signup: { username: 'username', password: 'password' },
    },
    csrf: null, // the requests send their origin, as browsers do
    unauth: [302, 303, 401],
  })),
);

/** Those of the folder that BENCH_PEERS names, by its own list; else those of ours. */
async function peers() {
  if (!process.env.BENCH_PEERS) return ourPeers(GROUPS);
  const folder = resolve(process.env.BENCH_PEERS);
  if (!existsSync(resolve(folder, 'node_modules')))
    throw new Error(`BENCH_PEERS: first, in ${folder}: npm install && npx tsc -p peers/nest`);
  const { targets } = await import(pathToFileURL(resolve(folder, 'targets.mjs')));
  return targets.map((target) => ({ ...target, cwd: folder }));
}

/** @param pattern which of them, as a regular expression on `stack/store/processes`. */
export async function findTargets(pattern) {
  const all = [...latchkey, ...(await peers())];
  const isMeasured = ({ store, workers }) =>
    GROUPS.some((group) => group.store === store && group.workers === workers);
  const found = all
    .map((target) => ({ ...target, name: `${target.stack}/${target.store}/${target.workers}p` }))
    .filter((target) => isMeasured(target) && !target.static && new RegExp(pattern).test(target.name));
  if (found.length === 0) throw new Error(`No target has a name like ${pattern}`);
  return found;
}

/** @param group the end of its name, if not all do. @returns those that take part in this measure. */
export const taking = (targets, measure, group = '1p') =>
  targets.filter(({ name, measures }) => name.endsWith(group) && (measures?.includes(measure) ?? true));

export const isLatchkey = ({ stack }) => stack.startsWith('latchkey');

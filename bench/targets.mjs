/**
 * What is measured: Latchkey in each variant below, and its peers, on each store and number of processes.
 *
 * A target is `{ name, stack, store, workers, start, cwd, env, paths, fields, csrf, sameOrigin, unauth, messageTable }`. In
 * `start` and the values of `env`, `{port}` and `{data}` stand for its port and folder; the rest of its environment is that of
 * instance.mjs. A `start` with `node` gets the Node of `--node`. `csrf` is a hidden field that is sent with each form;
 * `sameOrigin` says that forms of other origins are refused. `{id}` in the paths of the form of messages is the user's own.
 * `messageTable` is what message-rows.mjs has to know. A target without `paths.ordinary` or `paths.post` is not asked for them.
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
  { stack: 'latchkey (cache off)', env: { SESSION_CACHE: '0' }, measures: ['pages', 'mixed', 'growth'] },
  { stack: 'latchkey (forms without a key)', env: {}, csrf: null, measures: ['mixed', 'changes'] },
  { stack: 'latchkey (cache of a million)', env: { SESSION_CACHE: '1000000' }, measures: ['growth'] },
];

const STORES = {
  embedded: { DATABASE_URL: '', REDIS_URL: '' },
  redispg: { SESSION_STORE: 'redis' },
};

const latchkey = GROUPS.flatMap(({ store, workers }) =>
  VARIANTS.map(({ env, ...variant }) => ({
    // No token: the requests send their origin, as browsers do. This field is for forms that are sent twice.
    csrf: { field: '_key', pattern: 'name="_key" value="([^"]+)"' },
    ...variant,
    store,
    workers,
    cwd: '{data}', // so that no .env is read
    start: ['node', resolve(ROOT, 'dist/main.js')],
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
      messages: '/messages',
      apiMessages: '/api/v1/messages',
      postForm: '/users/{id}/messages/new',
      post: '/users/{id}/messages',
    },
    fields: {
      login: { id: 'username', identity: 'username', password: 'password' },
      signup: { username: 'username', email: 'email', password: 'password' },
    },
    sameOrigin: true,
    unauth: [302, 303, 401],
    messageTable: { file: 'latchkey.sqlite', times: ['created_at', 'updated_at'] },
  })),
);

/** Those of the folder that BENCH_PEERS names, by its own list, with the variables of BENCH_PEERS_ENV; else those of ours. */
async function peers() {
  if (!process.env.BENCH_PEERS) return ourPeers(GROUPS);
  const folder = resolve(process.env.BENCH_PEERS);
  if (!existsSync(resolve(folder, 'node_modules')))
    throw new Error(`BENCH_PEERS: first, in ${folder}: npm install && npx tsc -p peers/nest`);
  const { targets } = await import(pathToFileURL(resolve(folder, 'targets.mjs')));
  const more = Object.fromEntries(new URLSearchParams(process.env.BENCH_PEERS_ENV));
  return targets.map((target) => ({ ...target, cwd: folder, env: { ...target.env, ...more } }));
}

/**
 * @param pattern which of them, as a regular expression on `stack/store/processes`.
 * @param node what runs those that run on Node.
 */
export async function findTargets(pattern, node) {
  const all = [...latchkey, ...(await peers())];
  const isMeasured = ({ store, workers }) =>
    GROUPS.some((group) => group.store === store && group.workers === workers);
  const found = all
    .map(({ start: [program, ...argv], ...target }) => ({
      ...target,
      start: [program === 'node' ? node : program, ...argv],
      name: `${target.stack}/${target.store}/${target.workers}p`,
    }))
    .filter((target) => isMeasured(target) && !target.static && new RegExp(pattern).test(target.name));
  if (found.length === 0) throw new Error(`No target has a name like ${pattern}`);
  return found;
}

/** @param group the end of its name, if not all do. @returns those that take part in this measure. */
export const taking = (targets, measure, group = '1p') =>
  targets.filter(({ name, measures }) => name.endsWith(group) && (measures?.includes(measure) ?? true));

export const isLatchkey = ({ stack }) => stack.startsWith('latchkey');

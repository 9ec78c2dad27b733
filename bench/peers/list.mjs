/** An Express and a Fastify app as one writes them from the docs, where no other peers are given. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

const shared = {
  cwd: pathOf('.'),
  paths: { login: '/login', signup: '/signup', welcome: '/welcome', me: '/me', logout: '/logout' },
  fields: {
    login: { id: 'username', identity: 'username', password: 'password' },
    signup: { username: 'username', password: 'password' },
  },
  csrf: { field: '_csrf', pattern: 'name="_csrf" value="([^"]+)"' },
  unauth: [302, 401],
};

/** @param groups the stores and numbers of processes to run each with. */
export function ourPeers(groups) {
  const names = ['express'];
  if (existsSync(pathOf('node_modules/fastify'))) names.push('fastify');
  else console.error('SKIPPED: the Fastify peer is not installed; npm install --prefix bench/peers');
  return names.flatMap((stack) =>
    groups.map(({ store, workers }) => ({
      ...shared,
      stack,
      store,
      workers,
      start: [process.execPath, pathOf('cluster.mjs'), pathOf(`${stack}.mjs`)],
    })),
  );
}

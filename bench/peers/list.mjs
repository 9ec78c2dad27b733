/** Apps as one writes them from the docs of Express, Fastify and Nest, where no other peers are given. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

const shared = {
  cwd: pathOf('.'),
  paths: {
    login: '/login',
    signup: '/signup',
    welcome: '/welcome',
    ordinary: '/account',
    me: '/me',
    logout: '/logout',
    messages: '/messages',
    apiMessages: '/api/messages',
    postForm: '/messages/new',
    post: '/messages',
  },
  fields: {
    login: { id: 'username', identity: 'username', password: 'password' },
    signup: { username: 'username', email: 'email', password: 'password' },
  },
  csrf: { field: '_csrf', pattern: 'name="_csrf" value="([^"]+)"' },
  unauth: [302, 401],
  messageTable: { file: 'peer.sqlite', times: ['created_at'] },
};

/** @param groups the stores and numbers of processes to run each with. */
export function ourPeers(groups) {
  const names = ['express'];
  if (existsSync(pathOf('node_modules/@nestjs/platform-fastify'))) names.push('fastify', 'nest-fastify');
  else console.error('SKIPPED: the Fastify peers are not installed; npm install --prefix bench/peers');
  return names.flatMap((stack) =>
    groups.map(({ store, workers }) => ({
      ...shared,
      stack,
      store,
      workers,
      start: ['node', pathOf('cluster.mjs'), pathOf(`${stack}.mjs`)],
    })),
  );
}

/** Fastify with its hooks and plugins. */
import formbody from '@fastify/formbody';
import bcrypt from 'bcrypt';
import Fastify from 'fastify';
import { prepare, show } from './fastify-app.mjs';
import { messages, users, withOwn } from './stores.mjs';

const { PORT, BCRYPT_COST } = process.env;
const app = Fastify();
await app.register(formbody);
await prepare(app);

const guarded = {
  preHandler: async (request, reply) => (request.user ? undefined : reply.redirect('/login')),
};
const api = {
  preHandler: async (request, reply) =>
    request.user ? undefined : reply.code(401).send({ error: 'log in first' }),
};

for (const name of ['login', 'signup']) app.get(`/${name}`, (request, reply) => show(request, reply, name));
for (const [path, name] of [
  ['/welcome', 'welcome'],
  ['/account', 'account'],
  ['/messages/new', 'message'],
])
  app.get(path, guarded, (request, reply) => show(request, reply, name));
app.get('/messages', guarded, async (request, reply) =>
  show(request, reply, 'messages', { messages: withOwn(await messages.newest(), request.user) }),
);
app.get('/messages/own', guarded, async (request, reply) => {
  const list = withOwn(await messages.newestOf(request.user.id), request.user);
  return show(request, reply, 'messages', { messages: list });
});
app.post('/messages', guarded, async (request, reply) => {
  await messages.create(request.user.id, request.body.content);
  request.flash('info', 'Your message is posted.');
  return reply.redirect('/messages/own', 303);
});
app.get('/me', api, async (request) => request.user);
app.get('/api/messages', api, async () => ({ items: await messages.newest() }));
app.post('/signup', async (request, reply) => {
  const { username, email, password } = request.body;
  await users.create(username, email, await bcrypt.hash(password, Number(BCRYPT_COST)));
  return reply.redirect('/login');
});
app.post('/login', async (request, reply) => {
  const { username, password } = request.body;
  const user = await users.byName(username);
  if (!user || !(await bcrypt.compare(password, user.password_hash))) {
    request.flash('error', 'Wrong username or password.');
    return reply.redirect('/login');
  }
  await request.session.regenerate();
  request.session.set('userId', user.id);
  return reply.redirect('/welcome');
});
app.post('/logout', async (request, reply) => {
  await request.session.destroy();
  return reply.redirect('/login');
});
await app.listen({ port: Number(PORT), host: '127.0.0.1' });

/** Fastify with the session, CSRF, flash and view plugins of its own makers. */
import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import flash from '@fastify/flash';
import formbody from '@fastify/formbody';
import session from '@fastify/session';
import view from '@fastify/view';
import bcrypt from 'bcrypt';
import Fastify from 'fastify';
import handlebars from 'handlebars';
import { MAX_AGE_MS, SECRET, sessionStore, users } from './stores.mjs';

const { PORT, BCRYPT_COST } = process.env;
const app = Fastify();
await app.register(formbody);
await app.register(cookie);
await app.register(session, {
  store: sessionStore,
  secret: SECRET,
  saveUninitialized: false,
  rolling: false,
  cookie: { httpOnly: true, sameSite: 'lax', secure: false, maxAge: MAX_AGE_MS },
});
await app.register(csrf, { sessionPlugin: '@fastify/session' });
await app.register(flash);
const root = import.meta.dirname;
await app.register(view, {
  engine: { handlebars },
  root,
  viewExt: 'hbs',
  layout: 'layout.hbs',
  production: true,
});

app.decorateRequest('user', null);
app.addHook('preHandler', async (request) => {
  const id = request.session.get('userId');
  if (id !== undefined) request.user = await users.byId(id);
});
const loggedIn = async (request, reply) => (request.user ? undefined : reply.redirect('/login'));
const form = { preHandler: app.csrfProtection };

async function show(request, reply, name) {
  const shown = Object.values(reply.flash()).flat();
  return reply.view(name, { csrf: await reply.generateCsrf(), flash: shown, user: request.user });
}

for (const name of ['login', 'signup']) app.get(`/${name}`, (request, reply) => show(request, reply, name));
app.get('/welcome', { preHandler: loggedIn }, (request, reply) => show(request, reply, 'welcome'));
app.get('/me', async (request, reply) => request.user ?? reply.code(401).send({ error: 'log in first' }));
app.post('/signup', form, async (request, reply) => {
  const { username, password } = request.body;
  await users.create(username, await bcrypt.hash(password, Number(BCRYPT_COST)));
  return reply.redirect('/login');
});
app.post('/login', form, async (request, reply) => {
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
app.post('/logout', form, async (request, reply) => {
  await request.session.destroy();
  return reply.redirect('/login');
});
await app.listen({ port: Number(PORT), host: '127.0.0.1' });

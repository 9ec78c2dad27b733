/** What both Fastify peers stand on: the session, CSRF, flash and view plugins of Fastify's own makers, and the user. */
import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import flash from '@fastify/flash';
import session from '@fastify/session';
import view from '@fastify/view';
import handlebars from 'handlebars';
import { MAX_AGE_MS, SECRET, sessionStore, users } from './stores.mjs';

export async function prepare(app) {
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
  await app.register(view, {
    engine: { handlebars },
    root: import.meta.dirname,
    viewExt: 'hbs',
    layout: 'layout.hbs',
    production: true,
  });
  app.decorateRequest('user', null);
  app.addHook('preHandler', async (request) => {
    const id = request.session.get('userId');
    if (id !== undefined) request.user = await users.byId(id);
  });
  app.addHook('preHandler', (request, reply, done) =>
    request.method === 'GET' ? done() : app.csrfProtection(request, reply, done),
  );
}

/** A page with its token and the flash messages that wait for it. */
export async function show(request, reply, name, values) {
  const shown = Object.values(reply.flash()).flat();
  return reply.view(name, {
    ...values,
    csrf: await reply.generateCsrf(),
    flash: shown,
    user: request.user,
  });
}

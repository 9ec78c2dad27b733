/** Express with express-session, a CSRF token and flash messages in the session, pages by Handlebars. */
import { randomBytes } from 'node:crypto';
import bcrypt from 'bcrypt';
import express from 'express';
import session from 'express-session';
import { MAX_AGE_MS, messages, SECRET, sessionStore, users, withOwn } from './stores.mjs';
import { page } from './pages.mjs';

const { PORT, BCRYPT_COST } = process.env;
const store = Object.assign(new session.Store(), sessionStore);

const app = express();
app.use(express.urlencoded({ extended: false }));
app.use(
  session({
    store,
    secret: SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', maxAge: MAX_AGE_MS },
  }),
);
app.use(async (request, _response, next) => {
  if (request.session.userId) request.user = await users.byId(request.session.userId);
  next();
});
app.use((request, response, next) => {
  request.session.csrf ??= randomBytes(18).toString('base64url');
  if (request.method === 'GET' || request.body._csrf === request.session.csrf) next();
  else response.status(403).send('Forbidden');
});

function show(request, response, name, values) {
  const flash = request.session.flash ?? [];
  delete request.session.flash;
  response.send(page(name, { ...values, csrf: request.session.csrf, flash, user: request.user }));
}
const loggedIn = (request, response, next) => (request.user ? next() : response.redirect('/login'));
const api = (request, response, next) =>
  request.user ? next() : response.status(401).json({ error: 'log in first' });

for (const name of ['login', 'signup'])
  app.get(`/${name}`, (request, response) => show(request, response, name));
for (const [path, name] of [
  ['/welcome', 'welcome'],
  ['/account', 'account'],
  ['/messages/new', 'message'],
])
  app.get(path, loggedIn, (request, response) => show(request, response, name));
app.get('/messages', loggedIn, async (request, response) => {
  const list = withOwn(await messages.newest(), request.user);
  show(request, response, 'messages', { messages: list });
});
app.get('/messages/own', loggedIn, async (request, response) => {
  const list = withOwn(await messages.newestOf(request.user.id), request.user);
  show(request, response, 'messages', { messages: list });
});
app.post('/messages', loggedIn, async (request, response) => {
  await messages.create(request.user.id, request.body.content);
  request.session.flash = ['Your message is posted.'];
  response.redirect(303, '/messages/own');
});
app.get('/me', api, (request, response) => response.json(request.user));
app.get('/api/messages', api, async (_request, response) =>
  response.json({ items: await messages.newest() }),
);
app.post('/signup', async (request, response) => {
  const { username, email, password } = request.body;
  await users.create(username, email, await bcrypt.hash(password, Number(BCRYPT_COST)));
  response.redirect('/login');
});
app.post('/login', async (request, response) => {
  const { username, password } = request.body;
  const user = await users.byName(username);
  if (!user || !(await bcrypt.compare(password, user.password_hash))) {
    request.session.flash = ['Wrong username or password.'];
    return response.redirect('/login');
  }
  request.session.regenerate(() => {
    request.session.userId = user.id;
    response.redirect('/welcome');
  });
});
app.post('/logout', (request, response) => request.session.destroy(() => response.redirect('/login')));
app.listen(Number(PORT), '127.0.0.1');

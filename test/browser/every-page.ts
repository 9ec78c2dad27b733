import { PASSWORD, type TestApp } from '../support/app';
import { confirmEmail, Mailbox } from '../support/mailbox';
import type { Visitor } from '../support/visitor';

/** The viewer of a page; a `lateUser` logged in more than 10 minutes ago and is asked for the password again. */
export type Viewer = 'guest' | 'user' | 'lateUser';

export interface PageUnderTest {
  name: string;
  viewer: Viewer;
  status: number;
  reach(visitor: Visitor, inhabitants: Inhabitants): Promise<unknown>;
}

/** The users whose pages are shown. */
export interface Inhabitants {
  /** The viewer, with one message. */
  own: { id: number; messageId: number };
  /** Another user with one message. */
  other: { id: number; messageId: number };
  silent: { id: number };
  mailbox: Mailbox;
}

const LONGEST_NAME = 'w'.repeat(64);
const LONGEST_WORD = `An unbroken one: ${'m'.repeat(400)}\n\nAnd  an  indented\n    line <b>that is not bold</b>.`;
const CONFIRMED = 'confirmed@example.com';
/** As wide as an address may be: on a narrow screen it has to break. */
const LONGEST_EMAIL = `${'e'.repeat(64)}@${'d'.repeat(63)}.${'d'.repeat(63)}.example.com`;

/** Fills the application with names and texts of maximum length. */
export async function settle(app: TestApp): Promise<Inhabitants> {
  const other = await author(app, LONGEST_NAME, LONGEST_WORD);
  const own = await author(app, 'ada', 'Hello from the other side of the log-in.');
  await giveEmails(app);
  return { own, other, silent: { id: await app.signUp('silent') }, mailbox: new Mailbox(app) };
}

/** One account with an unconfirmed address, and one with a pending change of its confirmed address. */
async function giveEmails(app: TestApp): Promise<void> {
  for (const [username, email] of [
    ['unconfirmed', LONGEST_EMAIL],
    ['changing', CONFIRMED],
  ]) {
    const account = { username, password: PASSWORD, email };
    await app.agent().post('/api/v1/auth/signup').send(account).expect(201);
  }
  await confirmEmail(app, CONFIRMED);
  const changing = await app.loggedIn('changing');
  const { id } = (await changing.get('/api/v1/auth/me').expect(200)).body as { id: number };
  await changing.patch(`/api/v1/users/${id}`).send({ email: 'next@example.com' }).expect(200);
}

async function author(app: TestApp, username: string, content: string) {
  const { id, agent } = await app.user(username);
  const answer = await agent.post(`/api/v1/users/${id}/messages`).send({ content }).expect(201);
  return { id, messageId: (answer.body as { id: number }).id };
}

const at = (path: string) => (visitor: Visitor) => visitor.open(path);
const page = (viewer: Viewer, name: string, reach: PageUnderTest['reach'], status = 200): PageUnderTest => ({
  name,
  viewer,
  status,
  reach,
});

const signUpWith = (username: string, email: string, password: string) => async (visitor: Visitor) => {
  await visitor.open('/users/signup');
  const fields = { Username: username, 'E-mail (optional)': email, Password: password };
  await visitor.submit(fields, 'Sign up');
};

const logInAndOpen = (username: string, path: string) => async (visitor: Visitor) => {
  await visitor.logIn(username);
  await visitor.open(path);
};

const openMailedLink =
  (address: string) =>
  async (visitor: Visitor, { mailbox }: Inhabitants) =>
    visitor.open((await mailbox.latest(address)).links[0]);

const openResetLink = async (visitor: Visitor, inhabitants: Inhabitants) => {
  await visitor.open('/users/password-reset');
  await visitor.submit({ 'E-mail': CONFIRMED }, 'Send the link');
  await openMailedLink(CONFIRMED)(visitor, inhabitants);
};

/** Posts as our own page would, to an address that expects none. */
const postTo = (path: string) => async (visitor: Visitor) => {
  await visitor.open('/lab');
  await visitor.page.evaluate(
    `const form = document.querySelector('form[action="/lab/counter"]'); form.action = '${path}'; form.submit()`,
  );
  await visitor.page.waitForURL(`**${path}`);
};

/** Posts without an origin: that of about:blank is opaque. */
const postFromElsewhere = (path: string) => async (visitor: Visitor, _: Inhabitants) => {
  const base = visitor.baseUrl;
  await visitor.page.setContent(`<form method="post" action="${base}${path}"><button>Go</button></form>`);
  await visitor.page.getByRole('button').click();
  await visitor.page.waitForURL(`**${path}`);
};

/** Posts while the session is ended from another browser. */
const writeTooLate = async (visitor: Visitor, { own }: Inhabitants) => {
  await visitor.logIn('ada');
  await visitor.open(`/users/${own.id}/messages/new`);
  await endFromElsewhere(visitor);
  await visitor.submit({ Message: LONGEST_WORD }, 'Post message');
};

const endFromElsewhere = async ({ baseUrl, context }: Visitor) => {
  const sessions = await context.request.get('/api/v1/auth/sessions');
  const { items } = (await sessions.json()) as { items: { id: string; current: boolean }[] };
  const login = await logInByApi(baseUrl);
  const cookie = login.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ');
  await fetch(`${baseUrl}/api/v1/auth/sessions/${items.find(({ current }) => current)?.id}`, {
    method: 'DELETE',
    headers: { Cookie: cookie, Origin: baseUrl },
  });
};

const logInByApi = (baseUrl: string) =>
  fetch(`${baseUrl}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'User-Agent': 'Unheard-of/1.0' },
    body: JSON.stringify({ username: 'ada', password: PASSWORD }),
  });

const forGuests = [
  page('guest', 'home', at('/')),
  page('guest', 'sign-up', at('/users/signup')),
  page('guest', 'sign-up with a mistake in every field', signUpWith('two words', 'ada@home', 'short'), 422),
  page('guest', 'sign-up with a name that is taken', signUpWith('ada', '', 'a fine long password'), 409),
  page('guest', 'log-in', at('/users/login')),
  page('guest', 'log-in after a closed page', at('/users/welcome')),
  page(
    'guest',
    'log-in that failed',
    async (visitor) => {
      await visitor.open('/users/login');
      await visitor.submit({ Username: 'ada', Password: 'wrong' }, 'Log in');
    },
    401,
  ),
  page('guest', 'forgotten password', at('/users/password-reset')),
  page(
    'guest',
    'forgotten password, with a mistake',
    async (visitor) => {
      await visitor.open('/users/password-reset');
      await visitor.submit({ 'E-mail': 'ada@home' }, 'Send the link');
    },
    422,
  ),
  page('guest', 'new password, by a mailed link', openResetLink),
  page(
    'guest',
    'new password, with a mistake',
    async (visitor, inhabitants) => {
      await openResetLink(visitor, inhabitants);
      await visitor.submit({ 'New password': 'short' }, 'Set password');
    },
    422,
  ),
  page('guest', 'new password, by a dead link', at('/users/password-reset/dead'), 422),
  page('guest', 'confirmation of an e-mail address', openMailedLink(LONGEST_EMAIL)),
  page('guest', 'confirmation of an e-mail address, by a dead link', at('/users/confirm-email/dead'), 422),
  page('guest', 'e-mail address, not confirmed', logInAndOpen('unconfirmed', '/account/email')),
  page('guest', 'e-mail address, about to change', logInAndOpen('changing', '/account/email')),
  page('guest', 'log-in with a form that is kept', writeTooLate),
  page('guest', 'form that was kept', async (visitor, inhabitants) => {
    await writeTooLate(visitor, inhabitants);
    await visitor.submit({ Password: PASSWORD }, 'Log in');
  }),
  page('guest', 'log-out button, reached from another site', async (visitor) => {
    await visitor.page.setContent(`<a href="${visitor.baseUrl}/users/logout">Kittens</a>`);
    await visitor.page.getByRole('link').click();
    await visitor.page.waitForURL('**/users/logout');
  }),
  page('guest', 'messages', at('/messages')),
  page('guest', 'messages, first page of several', at('/messages?limit=1')),
  page('guest', 'messages, behind the last', at('/messages?cursor=MQ')),
  page('guest', 'lab', at('/lab')),
  page('guest', 'lab, both counters started', async (visitor) => {
    await visitor.open('/start_counter');
    await visitor.open('/lab');
    await visitor.submit({}, 'Count');
  }),
  page('guest', 'lab, plain cookie', at('/lab/cookies')),
  page('guest', 'lab, plain cookie set', at(`/lab/cookies/set?username=${'n'.repeat(200)}`)),
  page('guest', 'API docs', async (visitor) => {
    await visitor.open('/api/docs');
    await visitor.page.locator('.opblock').first().waitFor();
  }),
  page('guest', 'error 422', at('/messages?limit=none'), 422),
  page('guest', 'error 403', postFromElsewhere('/users/login'), 403),
  page('guest', 'error 404', at(`/${'nowhere'.repeat(20)}`), 404),
  page('guest', 'error 405', postTo('/messages'), 405),
];

const forUsers = [
  page('user', 'home', at('/')),
  page('user', 'welcome', at('/users/welcome')),
  page('user', 'not authorized', (visitor, { other }) => visitor.open(`/users/${other.id}/edit`)),
  page('user', 'users', at('/users')),
  page('user', 'users, first page of several', at('/users?limit=1')),
  page('user', 'users, behind the last', at('/users?cursor=OTk')),
  page('user', 'own page', (visitor, { own }) => visitor.open(`/users/${own.id}`)),
  page('user', "another user's page", (visitor, { other }) => visitor.open(`/users/${other.id}`)),
  page('user', 'edit the account', (visitor, { own }) => visitor.open(`/users/${own.id}/edit`)),
  page(
    'user',
    'edit the account, with mistakes',
    async (visitor, { own }) => {
      await visitor.open(`/users/${own.id}/edit`);
      await visitor.submit({ Username: 'two words', 'E-mail': 'ada@home' }, 'Save changes');
    },
    422,
  ),
  page('user', 'account', at('/account')),
  page('user', 'e-mail address, none', at('/account/email')),
  page(
    'user',
    'e-mail address, with a mistake',
    async (visitor) => {
      await visitor.open('/account/email');
      await visitor.submit({ 'New e-mail address': 'ada@home' }, 'Send the link');
    },
    422,
  ),
  page('user', 'export', at('/account/export')),
  page('user', 'delete the account', at('/account/delete')),
  page('user', 'change the password', at('/account/password')),
  page(
    'user',
    'change the password, with mistakes',
    async (visitor) => {
      await visitor.open('/account/password');
      await visitor.submit({ 'Current password': PASSWORD, 'New password': 'short' }, 'Change password');
    },
    422,
  ),
  page('user', 'own activity', at('/account/activity')),
  page('user', 'own activity, first page of several', at('/account/activity?limit=1')),
  page('user', 'own activity, behind the last', at('/account/activity?cursor=MQ')),
  page('user', 'own sessions', async (visitor) => {
    await logInByApi(visitor.baseUrl);
    await visitor.open('/account/sessions');
  }),
  page('user', 'messages', at('/messages')),
  page('user', 'own messages', (visitor, { own }) => visitor.open(`/users/${own.id}/messages`)),
  page('user', "another user's messages", (visitor, { other }) =>
    visitor.open(`/users/${other.id}/messages`),
  ),
  page('user', 'a user without messages', (visitor, { silent }) =>
    visitor.open(`/users/${silent.id}/messages`),
  ),
  page('user', 'own message', (visitor, { own }) =>
    visitor.open(`/users/${own.id}/messages/${own.messageId}`),
  ),
  page('user', "another user's message", (visitor, { other }) =>
    visitor.open(`/users/${other.id}/messages/${other.messageId}`),
  ),
  page('user', 'new message', (visitor, { own }) => visitor.open(`/users/${own.id}/messages/new`)),
  page(
    'user',
    'new message, too long',
    async (visitor, { own }) => {
      await visitor.open(`/users/${own.id}/messages/new`);
      await visitor.submit({ Message: 'm'.repeat(2_001) }, 'Post message');
    },
    422,
  ),
  page('user', 'edit a message', (visitor, { own }) =>
    visitor.open(`/users/${own.id}/messages/${own.messageId}/edit`),
  ),
  page('user', 'error 404', at('/users/999999'), 404),
  page('lateUser', 'give the password again, to go on to a page', at('/account/reauthenticate?next=/users')),
  page(
    'lateUser',
    'give the password again, with a wrong one',
    async (visitor) => {
      await visitor.open('/account/reauthenticate');
      await visitor.submit({ Password: 'wrong' }, 'Continue');
    },
    422,
  ),
  page('lateUser', 'e-mail address', at('/account/email')),
  page('lateUser', 'export', at('/account/export')),
  page('lateUser', 'edit the account', (visitor, { own }) => visitor.open(`/users/${own.id}/edit`)),
  page(
    'lateUser',
    'delete the account, with a wrong password',
    async (visitor, { own }) => {
      await visitor.open(`/users/${own.id}/edit`);
      const deletion = visitor.page.getByRole('region', { name: 'Delete your account' });
      await deletion.getByLabel('Current password').fill('wrong');
      await deletion.getByRole('button', { name: 'Delete your account' }).click();
      await visitor.page.waitForURL('**_method=DELETE');
    },
    422,
  ),
];

export const EVERY_PAGE: PageUnderTest[] = [...forGuests, ...forUsers];

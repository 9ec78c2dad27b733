import type { Response } from 'supertest';
import { UserStore } from '../../src/users/user-store';
import { UsersService } from '../../src/users/users-service';
import { PASSWORD, TestApp } from '../support/app';
import { heard } from '../support/guesses';
import { Mailbox } from '../support/mailbox';
import { cookiePair, fieldError, flashes, setCookie, submit } from '../support/page';

const PAGE = '/users/password-reset';
const FORM = `${PAGE}/password`;
const API = '/api/v1/auth/password-reset';
const NEW = 'a heron stands in the rain';
const ON_ITS_WAY =
  'If an account has this e-mail address, a link to choose a new password goes there, at most five times in an hour.';
const MINUTE = 60_000;

describe('A forgotten password', () => {
  let app: TestApp;
  let second: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    app = await TestApp.start();
    second = await app.another();
    mailbox = new Mailbox(app);
  });
  afterAll(() => app.close());

  /** An account with a confirmed address. */
  async function account(username: string, email = `${username}@example.com`): Promise<number> {
    const { body } = await app
      .agent()
      .post('/api/v1/auth/signup')
      .send({ username, password: PASSWORD, email });
    const token = await mailbox.token(email);
    await app.agent().post('/api/v1/auth/email-confirmation').send({ token }).expect(204);
    return (body as { id: number }).id;
  }
  const ask = (email: string) => app.agent().post(API).send({ email }).expect(204);
  async function tokenFor(email: string): Promise<string> {
    await ask(email);
    return mailbox.token(email);
  }
  const use = (token: string, password = NEW, instance = app) =>
    instance.agent().post(`${API}/confirm`).send({ token, password });
  const login = (username: string, password: string) =>
    app.agent().post('/api/v1/auth/login').send({ username, password });

  it('is replaced by a mailed link on the pages, without a log-in', async () => {
    await account('ada');
    const agent = app.agent();
    expect((await agent.get('/users/login')).text).toContain(`href="${PAGE}"`);
    await submit(agent, PAGE, { email: 'ADA@Example.com' }).expect(303).expect('Location', '/users/login');
    expect(flashes(await agent.get('/users/login'))).toEqual([ON_ITS_WAY]);

    const [link] = (await mailbox.latest('ada@example.com')).links;
    expect(link).toMatch(new RegExp(`^${app.baseUrl}${PAGE}/[\\w-]{43}$`));
    const path = new URL(link).pathname;
    const moved = await agent.get(path).expect(303).expect('Location', FORM);
    expect(moved.headers['referrer-policy']).toBe('no-referrer');
    expect(setCookie(moved, 'password-reset')).toMatch(/; Max-Age=1200; .*HttpOnly; SameSite=Lax$/);

    const shown = await agent.get(FORM).expect(200);
    expect(shown.headers['referrer-policy']).toBe('same-origin');
    expect(shown.text).toContain('<b>ada</b>');
    expect(shown.text).not.toContain(path.split('/').at(-1));
    const done = await submit(agent, FORM, { password: NEW }).expect(303).expect('Location', '/users/login');
    expect(setCookie(done, 'password-reset')).toMatch(/=; .*1970/);
    expect(setCookie(done, 'sid')).toBeUndefined();
    expect(flashes(await agent.get('/users/login'))).toEqual([
      'Password Updated! Please log in with the new one.',
    ]);
    await agent.get('/api/v1/auth/me').expect(401);
    await login('ada', PASSWORD).expect(401);
    await login('ada', NEW).expect(200);
  });

  it('has a link that no GET, HEAD, prefetch or refused password uses up', async () => {
    await account('scanned');
    const token = await tokenFor('scanned@example.com');
    const agent = app.agent();
    await agent.head(`${PAGE}/${token}`).expect(303);
    await agent.get(`${PAGE}/${token}`).set('Sec-Purpose', 'prefetch').expect(303);
    await agent.get(FORM).expect(200);
    await agent.head(FORM).expect(200);
    const refused = await submit(agent, FORM, { password: 'scanned-1' }).expect(422);
    expect(fieldError(refused, 'password')).toMatch(/^Leave out your name/);
    expect(refused.text).toContain('<b>scanned</b>');
    expect((await use(token, 'short').expect(422)).body).toMatchObject({
      errors: { password: ['Use at least 8 characters.'] },
    });
    await submit(agent, FORM, { password: NEW }).expect(303);
    await login('scanned', NEW).expect(200);
  });

  it('shows a helpful page for a link that is used, replaced, expired or unknown, and the API responds alike', async () => {
    await account('dead');
    const dead = async (token: string) => {
      const agent = app.agent();
      await agent.get(`${PAGE}/${token}`).expect(303);
      const answers = [await agent.get(FORM), await submit(agent, FORM, { password: NEW })];
      for (const page of answers) {
        expect(page.status).toBe(422);
        expect(page.text).toContain('This link does not work any more');
        expect(page.text).toContain(`href="${PAGE}"`);
      }
      expect((await use(token).expect(422)).body).toMatchObject({
        errors: { token: ['This link does not work any more.'] },
      });
    };
    const replaced = await tokenFor('dead@example.com');
    const used = await tokenFor('dead@example.com');
    await dead(replaced);
    await use(used).expect(204);
    await dead(used);
    await dead('x'.repeat(43));
    await dead('not-a-token');
    const old = await tokenFor('dead@example.com');
    app.clock.advance(20 * MINUTE + 1_000);
    await dead(old);
  });

  it('ends every session and remembered device when it is reset, the current one too', async () => {
    await account('everywhere');
    const elsewhere = await app.agent().post('/api/v1/auth/login').send({
      username: 'everywhere',
      password: PASSWORD,
      remember: true,
    });
    const here = await second.loggedIn('everywhere');
    const token = await tokenFor('everywhere@example.com');
    await app.agent().get(`${PAGE}/${token}`);
    await here.get(`${PAGE}/${token}`).expect(303);
    await submit(here, FORM, { password: NEW }).expect(303);
    await here.get('/api/v1/auth/me').expect(401);
    for (const name of ['sid', 'remember']) {
      await app.agent().get('/api/v1/auth/me').set('Cookie', cookiePair(elsewhere, name)).expect(401);
    }
    expect(flashes(await here.get('/users/login'))).toContain(
      'Password Updated! Please log in with the new one.',
    );
  });

  it('does not log out another user who opens the link', async () => {
    await account('opened');
    const { agent } = await app.user('opener');
    const token = await tokenFor('opened@example.com');
    await agent.get(`${PAGE}/${token}`).expect(303);
    await submit(agent, FORM, { password: NEW }).expect(303);
    expect((await agent.get('/api/v1/auth/me').expect(200)).body).toMatchObject({ username: 'opener' });
    await login('opened', NEW).expect(200);
  });

  it('is set once by 25 concurrent uses of one link on two instances', async () => {
    await account('raced');
    for (let round = 0; round < 3; round += 1) {
      const token = await tokenFor('raced@example.com');
      const answers = await Promise.all(
        Array.from({ length: 25 }, (_, index) =>
          use(token, `${NEW} ${round} ${index}`, index % 2 ? app : second),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(24).fill(422)]);
      const winner = answers.findIndex(({ status }) => status === 204);
      await login('raced', `${NEW} ${round} ${winner}`).expect(200);
    }
  });

  it('is not set by a link from before a change of password, a change of e-mail or the disabling of the user', async () => {
    const id = await account('secured');
    const agent = await app.loggedIn('secured');
    const beforePassword = await tokenFor('secured@example.com');
    const change = { currentPassword: PASSWORD, newPassword: `${NEW} too` };
    await agent.post('/api/v1/auth/password').send(change).expect(204);
    await use(beforePassword).expect(422);

    const beforeEmail = await tokenFor('secured@example.com');
    await agent.patch(`/api/v1/users/${id}`).send({ email: 'moved@example.com' }).expect(200);
    const token = await mailbox.token('moved@example.com');
    await app.agent().post('/api/v1/auth/email-confirmation').send({ token }).expect(204);
    await use(beforeEmail).expect(422);

    const beforeDisabling = await tokenFor('moved@example.com');
    const users = app.app.get(UsersService, { strict: false });
    await users.disable(id);
    await use(beforeDisabling).expect(422);
    const mails = (await mailbox.to('moved@example.com')).length;
    await ask('moved@example.com');
    expect(await mailbox.to('moved@example.com')).toHaveLength(mails);
  });

  describe('of an account with an unconfirmed address', () => {
    const THIEF = 'thief@evil.example';

    /** An account that signed up with this address, or with none, and has a thief's address pending. */
    async function robbed(username: string, email?: string) {
      const { body } = await app
        .agent()
        .post('/api/v1/auth/signup')
        .send({ username, password: PASSWORD, email });
      const { id } = body as { id: number };
      const agent = await app.loggedIn(username);
      await agent.patch(`/api/v1/users/${id}`).send({ email: THIEF }).expect(200);
      return { id, agent };
    }
    const pendingOf = async (id: number) => {
      const [row] = await app.dataSource.query<{ typed: string | null; canonical: string | null }[]>(
        `SELECT pending_email AS typed, pending_email_canonical AS canonical FROM users WHERE id = ${id}`,
      );
      return row;
    };
    const users = () => app.app.get(UsersService, { strict: false });

    it.each(['password', 'role', 'standing'])(
      'is not mailed to an address that was pending before a change of the %s',
      async (change) => {
        const { id, agent } = await robbed(`robbed-${change}`);
        const before = (await mailbox.to(THIEF)).length;
        if (change === 'password') {
          const body = { currentPassword: PASSWORD, newPassword: NEW };
          await agent.post('/api/v1/auth/password').send(body).expect(204);
          expect((await agent.get('/account/email')).text).not.toContain(THIEF);
          await submit(agent, '/account/email/confirmation').expect(303);
        } else if (change === 'role') {
          await users().changeRoles(id, ['admin']);
        } else {
          await users().disable(id);
          await users().enable(id);
        }
        await ask(THIEF);
        expect(await mailbox.to(THIEF)).toHaveLength(before);
        expect(await pendingOf(id)).toEqual({ typed: null, canonical: null });
      },
    );

    it('goes to the sign-up address again after a change of password, in any script', async () => {
      const { id, agent } = await robbed('restored', 'Resto@exämple.de');
      const body = { currentPassword: PASSWORD, newPassword: NEW };
      await agent.post('/api/v1/auth/password').send(body).expect(204);
      expect(await pendingOf(id)).toEqual({
        typed: 'Resto@exämple.de',
        canonical: 'resto@xn--exmple-cua.de',
      });
      await ask('resto@exämple.de');
      await use(await mailbox.token('Resto@xn--exmple-cua.de'), `${NEW} too`).expect(204);
      const me = await (await app.loggedIn('restored', `${NEW} too`)).get('/api/v1/auth/me');
      expect(me.body).toMatchObject({ email: 'Resto@exämple.de', emailVerified: true });
    });

    it('confirms the address that the link was sent to, whichever is pending since', async () => {
      const { id, agent } = await robbed('late');
      await agent.patch(`/api/v1/users/${id}`).send({ email: 'late@example.com' }).expect(200);
      const token = await tokenFor('late@example.com');
      const store = app.app.get(UserStore, { strict: false });
      const found = store.findById.bind(store);
      // Another change comes just after the link was checked.
      const looking = jest.spyOn(store, 'findById').mockImplementationOnce(async (user) => {
        const then = await found(user);
        await app.dataSource.query(
          `UPDATE users SET pending_email = '${THIEF}', pending_email_canonical = '${THIEF}' WHERE id = ${id}`,
        );
        return then;
      });
      await use(token).expect(204);
      looking.mockRestore();
      const me = await (await app.loggedIn('late', NEW)).get('/api/v1/auth/me');
      expect(me.body).toMatchObject({ email: 'late@example.com', emailVerified: true });
      expect(await pendingOf(id)).toEqual({ typed: null, canonical: null });
    });
  });

  it('leaves no earlier address pending if another one is in force', async () => {
    const id = await account('replaced');
    const agent = await app.loggedIn('replaced');
    await agent.patch(`/api/v1/users/${id}`).send({ email: 'other@evil.example' }).expect(200);
    await use(await tokenFor('replaced@example.com')).expect(204);
    const page = await (await app.loggedIn('replaced', NEW)).get('/account/email');
    expect(page.text).toContain('replaced@example.com');
    expect(page.text).not.toContain('other@evil.example');
  });

  it('gets the same response, byte for byte, whether or not an account has the address', async () => {
    await account('known');
    const bytes = ({ status, headers, text }: Response) => {
      const { date: _, 'x-request-id': __, 'set-cookie': cookies, ...rest } = headers;
      const names = ((cookies ?? []) as unknown as string[]).map((line) =>
        line.replace(/=[^;]*/, '').replace(/Expires=[^;]*/, ''),
      );
      return { status, rest, text, names };
    };
    for (const path of [PAGE, API]) {
      const send = (email: string) =>
        app
          .agent()
          .post(path)
          .type(path === PAGE ? 'form' : 'json')
          .send({ email })
          .then(bytes);
      expect(await send('known@example.com')).toEqual(await send('unknown@example.com'));
    }
    expect(await mailbox.to('unknown@example.com')).toEqual([]);
    expect(await mailbox.to('known@example.com')).toHaveLength(3);
  });

  it('is mailed to the address as stored, never to a look-alike', async () => {
    await account('mike', 'mike@example.org');
    const before = (await mailbox.all()).length;
    await app.agent().post(API).send({ email: 'mıke@example.org' }).expect(204); // an address of another person
    for (const email of [
      'mike@exаmple.org',
      'mike@example.org,eve@evil.example',
      'a@b\r\nBcc: eve@evil.example',
    ]) {
      await app.agent().post(API).send({ email }).expect(422);
    }
    await ask('MIKE@EXAMPLE.ORG');
    const mails = (await mailbox.all()).slice(before);
    expect(mails.map(({ to }) => to)).toEqual(['mike@example.org']);
  });

  it('is mailed with a link to BASE_URL, whatever the Host header', async () => {
    await account('poisoned');
    const poison = {
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      Forwarded: 'host=evil.example',
    };
    await app.agent().post(API).set(poison).send({ email: 'poisoned@example.com' });
    await app
      .agent()
      .post(API)
      .set('X-Forwarded-Host', 'evil.example')
      .send({ email: 'poisoned@example.com' });
    const mails = (await mailbox.to('poisoned@example.com')).slice(1);
    expect(mails.length).toBeGreaterThan(0);
    for (const { text, links } of mails) {
      expect(text).not.toContain('evil.example');
      expect(links[0].startsWith(`${app.baseUrl}${PAGE}/`)).toBe(true);
    }
  });

  it('is mailed for at most three accounts with the same unconfirmed address, and using a link confirms it', async () => {
    const email = 'shared@example.net';
    for (const name of ['one', 'two', 'three', 'four']) {
      await app
        .agent()
        .post('/api/v1/auth/signup')
        .send({ username: `share-${name}`, password: PASSWORD, email });
    }
    await ask(email);
    const { text, links } = await mailbox.latest(email);
    expect(text.match(/^share-\w+$/gm)).toEqual(['share-one', 'share-two', 'share-three']);
    expect(text).toContain('Each link below is for the account named above it:');
    await use(links[1].split('/').at(-1)!).expect(204);
    const me = await (await app.loggedIn('share-two', NEW)).get('/api/v1/auth/me');
    expect(me.body).toMatchObject({ email, emailVerified: true });
    await use(links[0].split('/').at(-1)!).expect(204); // proves the same mailbox, which is already taken
    const other = await (await app.loggedIn('share-one', NEW)).get('/api/v1/auth/me');
    expect(other.body).toMatchObject({ email, emailVerified: false });
    await ask(email);
    expect((await mailbox.latest(email)).links).toHaveLength(1);
  });

  it('is published as events, without an address or a token', async () => {
    const id = await account('told');
    const asked = heard(app, 'password.resetRequested');
    const reset = heard(app, 'password.reset');
    await use(await tokenFor('told@example.com')).expect(204);
    expect([asked, reset]).toEqual([[{ userId: id }], [{ userId: id }]]);
  });

  it('leaves no token in the database', async () => {
    await account('hidden');
    const token = await tokenFor('hidden@example.com');
    for (const table of ['tokens', 'outbox', 'users']) {
      expect(JSON.stringify(await app.dataSource.query(`SELECT * FROM ${table}`))).not.toContain(token);
    }
  });
});

describe('Requests for a password reset', () => {
  it('are limited to 100 per source in ten minutes and, silently, to five mails per address in an hour', async () => {
    const app = await TestApp.start({ THROTTLE: 'on' });
    const mailbox = new Mailbox(app);
    const email = 'ada@example.com';
    await app.agent().post('/api/v1/auth/signup').send({ username: 'ada', password: PASSWORD, email });
    for (let n = 0; n < 100; n += 1) await app.agent().post(API).send({ email }).expect(204);
    const refused = await app.agent().post(API).send({ email }).expect(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(
      (await mailbox.to(email)).filter(({ subject }) => subject === 'Choose a new password'),
    ).toHaveLength(5);
    await app.close();
  });

  it('store their token in a __Host- cookie over https', async () => {
    const app = await TestApp.start({ BASE_URL: 'https://example.com', TRUST_PROXY: '1' });
    const answer = await app
      .agent()
      .get(`${PAGE}/${'x'.repeat(43)}`)
      .set('X-Forwarded-Proto', 'https');
    expect(setCookie(answer, '__Host-password-reset')).toMatch(
      /; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/,
    );
    await app.close();
  });
});

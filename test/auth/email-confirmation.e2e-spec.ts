import { PASSWORD, TestApp } from '../support/app';
import { heard } from '../support/guesses';
import { Mailbox } from '../support/mailbox';
import { fieldError, flashes, setCookie, submit } from '../support/page';

const PAGE = '/users/confirm-email';
const API = '/api/v1/auth/email-confirmation';

describe('An e-mail address', () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    app = await TestApp.start();
    mailbox = new Mailbox(app);
  });
  afterAll(() => app.close());

  async function signUp(username: string, email: string): Promise<number> {
    const answer = await app
      .agent()
      .post('/api/v1/auth/signup')
      .send({ username, password: PASSWORD, email });
    expect(answer.body).toMatchObject({ email, emailVerified: false });
    return (answer.body as { id: number }).id;
  }
  const confirm = (token: string) => app.agent().post(API).send({ token });
  const me = async (username: string) =>
    (await (await app.loggedIn(username)).get('/api/v1/auth/me').expect(200)).body as object;

  it('given at sign-up is confirmed by the mailed link and a button, without a log-in', async () => {
    await submit(app.agent(), '/users/signup', {
      username: 'ada',
      password: PASSWORD,
      email: 'Ada@example.com',
    }).expect(303);
    const [link] = (await mailbox.latest('Ada@example.com')).links;
    expect(link).toMatch(new RegExp(`^${app.baseUrl}${PAGE}/[\\w-]{43}$`));
    const agent = app.agent();
    const moved = await agent.get(new URL(link).pathname).expect(303).expect('Location', PAGE);
    expect(moved.headers['referrer-policy']).toBe('no-referrer');
    expect(setCookie(moved, 'confirm-email')).toMatch(/HttpOnly; SameSite=Lax$/);
    await agent.head(PAGE).expect(200);
    const page = await agent.get(PAGE).expect(200);
    expect(page.text).toContain('<b>Ada@example.com</b>');
    expect(page.headers['referrer-policy']).toBe('same-origin');
    expect(await me('ada')).toMatchObject({ emailVerified: false });

    const done = await submit(agent, PAGE).expect(303).expect('Location', '/users/login');
    expect(setCookie(done, 'confirm-email')).toMatch(/=; .*1970/);
    expect(flashes(await agent.get('/users/login'))).toEqual(['Your e-mail address is confirmed.']);
    await agent.get('/api/v1/auth/me').expect(401);
    expect(await me('ada')).toMatchObject({ email: 'Ada@example.com', emailVerified: true });
  });

  it('given at sign-up has its link announced on the next page', async () => {
    const agent = app.agent();
    const account = { username: 'told', password: PASSWORD, email: 'told@example.com' };
    await submit(agent, '/users/signup', account).expect(303);
    const [created, mailed, ...others] = flashes(await agent.get('/users/login'));
    expect([created, others]).toEqual(['User Created!', []]);
    expect(mailed).toMatch(/^To confirm your e-mail address, open the link/);
    await submit(agent, '/users/signup', { username: 'untold', password: PASSWORD }).expect(303);
    expect(flashes(await agent.get('/users/login'))).toEqual(['User Created!']);
  });

  it("is confirmed for the link's user, whichever user is logged in", async () => {
    await signUp('linked', 'linked@example.com');
    const { agent } = await app.user('reader');
    const token = await mailbox.token('linked@example.com');
    await agent.get(`${PAGE}/${token}`).expect(303);
    await submit(agent, PAGE).expect(303).expect('Location', '/account/email');
    expect(await me('linked')).toMatchObject({ emailVerified: true });
    expect(await me('reader')).toMatchObject({ email: null });
  });

  it('shows a helpful page for an invalid link', async () => {
    await signUp('friendly', 'friendly@example.com');
    const token = await mailbox.token('friendly@example.com');
    await confirm(token).expect(204);
    for (const dead of [token, 'y'.repeat(43), 'none']) {
      const agent = app.agent();
      await agent.get(`${PAGE}/${dead}`).expect(303);
      for (const page of [await agent.get(PAGE), await submit(agent, PAGE)]) {
        expect(page.status).toBe(422);
        expect(page.text).toContain('This link does not work any more');
      }
      const { body } = await confirm(dead).expect(422);
      expect(body).toMatchObject({ errors: { token: ['This link does not work any more.'] } });
    }
  });

  it('has a link that works for a day', async () => {
    await signUp('late', 'late@example.com');
    const token = await mailbox.token('late@example.com');
    app.clock.advance(25 * 3_600_000);
    await confirm(token).expect(422);
  });

  it('claimed by two accounts belongs to the first to confirm it, and is not reported as taken before that', async () => {
    await signUp('first', 'both@example.com');
    const firsts = await mailbox.token('both@example.com');
    await signUp('second', 'both@example.com');
    const seconds = await mailbox.token('both@example.com');
    await confirm(firsts).expect(204);
    await confirm(seconds).expect(409);
    const agent = app.agent();
    await agent.get(`${PAGE}/${seconds}`);
    const page = await submit(agent, PAGE).expect(409);
    expect(flashes(page)).toEqual(['Another account has confirmed this e-mail address already.']);
    expect(page.text).toContain('give this account another address, or cancel the change');
    expect(await me('second')).toMatchObject({ email: 'both@example.com', emailVerified: false });
  });

  it('of another user is not confirmed by concurrent changes', async () => {
    const { id, agent } = await app.user('racer');
    const patch = (email: string) => agent.patch(`/api/v1/users/${id}`).send({ email }).expect(200);
    await patch('racer@evil.example');
    const token = await mailbox.token('racer@evil.example');
    await patch('victim@example.com');
    await confirm(token).expect(422);
    await Promise.all([patch('racer@evil.example'), patch('victim@example.com'), confirm(token)]);
    const user = await me('racer');
    expect(user).not.toMatchObject({ email: 'victim@example.com' });
    expect(user).not.toMatchObject({ email: 'victim@example.com', emailVerified: true });
  });

  it('requested by a thief is not confirmed after the owner changed the password', async () => {
    const { id, agent } = await app.user('robbed');
    await agent.patch(`/api/v1/users/${id}`).send({ email: 'thief@evil.example' }).expect(200);
    const token = await mailbox.token('thief@evil.example');
    const change = { currentPassword: PASSWORD, newPassword: 'a heron stands in the rain' };
    await agent.post('/api/v1/auth/password').send(change).expect(204);
    await confirm(token).expect(422);
  });

  it('has its changes published as events', async () => {
    const id = await signUp('eventful', 'eventful@example.com');
    const names = ['email.confirmed', 'email.changeRequested', 'email.changed', 'email.removed'] as const;
    const events = names.map((name) => heard(app, name));
    await confirm(await mailbox.token('eventful@example.com')).expect(204);
    const agent = await app.loggedIn('eventful');
    await agent.patch(`/api/v1/users/${id}`).send({ email: 'next@example.com' }).expect(200);
    await confirm(await mailbox.token('next@example.com')).expect(204);
    await agent.patch(`/api/v1/users/${id}`).send({ email: null }).expect(200);
    expect(events).toEqual(names.map(() => [{ userId: id }]));
  });
});

describe('With EMAIL_REQUIRED', () => {
  it('a sign-up needs an address, with the error at the field, and it cannot be removed', async () => {
    const app = await TestApp.start({ EMAIL_REQUIRED: 'on' });
    const account = { username: 'ada', password: PASSWORD };
    const page = await submit(app.agent(), '/users/signup', { ...account, email: '' }).expect(422);
    expect(fieldError(page, 'email')).toBe('This field is required.');
    await app.agent().post('/api/v1/auth/signup').send(account).expect(422);
    const { body } = await app
      .agent()
      .post('/api/v1/auth/signup')
      .send({ ...account, email: 'ada@example.com' })
      .expect(201);
    const agent = await app.loggedIn('ada');
    const { id } = body as { id: number };
    await agent.patch(`/api/v1/users/${id}`).send({ email: null }).expect(422);
    await submit(agent, '/account/email?_method=DELETE').expect(422);
    await app.close();
  });
});

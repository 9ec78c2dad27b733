import { PASSWORD, TestApp } from '../support/app';
import { heard, WRONG } from '../support/guesses';
import { endSessions } from '../support/drafts';
import { Mailbox } from '../support/mailbox';
import { fieldError, fieldValue, flashes, submit } from '../support/page';
import { countSessions, dump, LIVE } from '../support/probes';

const PAGE = '/account/delete';

describe('Deleting the account on its page', () => {
  let app: TestApp;
  let users = 0;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  const newUser = async () => {
    const username = `user${(users += 1)}`;
    return { username, ...(await app.user(username)) };
  };

  it('is linked from the account, and its form works with password managers', async () => {
    const { agent, username } = await newUser();
    expect((await agent.get('/account').expect(200)).text).toContain(`href="${PAGE}"`);
    const { text } = await agent.get(PAGE).expect(200);
    expect(text).toContain(`value="${username}" autocomplete="username"`);
    expect(text).toMatch(/name="currentPassword" type="password" autocomplete="current-password"/);
  });

  it.each(['post', 'delete'] as const)(
    'deletes with the password and logs out every device (%s)',
    async (method) => {
      const events = heard(app, 'user.deleted');
      const { id, username, agent } = await newUser();
      const other = await app.loggedIn(username);
      const path = method === 'post' ? PAGE : `${PAGE}?_method=DELETE`;
      await submit(agent, path, { currentPassword: PASSWORD }).expect(303).expect('Location', '/');
      expect(flashes(await agent.get('/'))).toEqual(['User Deleted!']);
      for (const browser of [agent, other]) await browser.get('/api/v1/auth/me').expect(401);
      await app.agent().post('/api/v1/auth/login').send({ username, password: PASSWORD }).expect(401);
      expect(events).toEqual([{ userId: id }]);
    },
  );

  it.each([
    ['no password', undefined, 'This field is required.'],
    ['an empty one', '', 'This field is required.'],
    ['a wrong one', WRONG, 'This is not your current password.'],
  ])('deletes nothing with %s, however recent the log-in is', async (_, currentPassword, why) => {
    const { agent } = await newUser();
    const page = await submit(agent, PAGE, { currentPassword }).expect(422);
    expect(fieldError(page, 'currentPassword')).toBe(why);
    expect(fieldValue(page, 'currentPassword')).toBe('');
    await agent.get('/api/v1/auth/me').expect(200);
  });

  it('is refused from another site and to a guest', async () => {
    const { agent } = await newUser();
    const fields = { currentPassword: PASSWORD };
    await submit(agent, PAGE, fields).set('Origin', 'https://evil.example').expect(403);
    await submit(app.agent(), PAGE, fields).expect(303).expect('Location', '/users/login');
    await agent.get('/api/v1/auth/me').expect(200);
  });

  it('is never cached, before and after', async () => {
    const { agent } = await newUser();
    expect((await agent.get(PAGE)).headers['cache-control']).toBe('no-store');
    const answer = await submit(agent, PAGE, { currentPassword: PASSWORD });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['clear-site-data']).toBe('"cache"');
  });

  it('leaves no data of the user in any table except when their sessions ended', async () => {
    const username = 'a-name-like-no-other';
    const email = 'somewhere-like-no-other@example.com';
    const account = { username, password: PASSWORD, email };
    const signup = await app.agent().post('/api/v1/auth/signup').send(account).expect(201);
    const { id } = signup.body as { id: number };
    const agent = app.agent();
    await agent.post('/api/v1/auth/login').send({ username, password: PASSWORD, remember: true }).expect(200);
    await agent.post(`/api/v1/users/${id}/messages`).send({ content: 'words-like-no-other' }).expect(201);
    const lost = await app.loggedIn(username);
    await endSessions(app, id, 'revoked');
    await submit(lost, `/users/${id}/messages`, { content: 'kept' }).expect(303);
    await agent.post('/api/v1/auth/login').send({ username, password: PASSWORD, remember: true }).expect(200);

    // A queued mail stores its recipient until it is sent.
    await new Mailbox(app).all();
    const before = await dump(app);
    for (const word of [username, email, 'words-like-no-other']) expect(before).toContain(word);
    await submit(agent, PAGE, { currentPassword: PASSWORD }).expect(303);

    const after = await dump(app);
    for (const word of [username, email, 'words-like-no-other']) expect(after).not.toContain(word);
    for (const table of ['kept_forms', 'remember_families', 'tokens', 'messages']) {
      const rows = await app.dataSource.query<unknown[]>(`SELECT * FROM ${table} WHERE user_id = ${id}`);
      expect([table, rows]).toEqual([table, []]);
    }
    expect(await app.dataSource.query(`SELECT * FROM users WHERE id = ${id}`)).toEqual([]);
    expect(await countSessions(app, `user_id = ${id} AND ${LIVE}`)).toBe(0);
  });
});

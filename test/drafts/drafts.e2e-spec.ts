import type { EndReason } from '../../src/sessions/session-engine';
import { TestApp } from '../support/app';
import { countDrafts, endSessions, logInByPage } from '../support/drafts';
import { fieldValue, flashes, setCookie, submit } from '../support/page';

const MINUTE = 60_000;
const DRAFT_PAGE = '/account/kept-form';
const NOT_SAVED = 'What you wrote is not saved yet. Check it, then send it again.';

describe('A form that meets an ended session', () => {
  let app: TestApp;
  let made = 0;

  beforeAll(async () => {
    app = await TestApp.start({ SESSION_IDLE_TIMEOUT: '30m', SESSION_ABSOLUTE_TIMEOUT: '50m' });
  });
  afterAll(() => app.close());

  async function newUser() {
    const username = `user${(made += 1)}`;
    return { username, ...(await app.user(username)) };
  }

  /** A user whose session ended before they sent a message. */
  async function lost(content = 'A long letter') {
    const user = await newUser();
    await endSessions(app, user.id, 'revoked');
    const path = `/users/${user.id}/messages`;
    const answer = await submit(user.agent, path, { content }).expect(303);
    return { ...user, path, answer };
  }

  const messagesOf = async (id: number) =>
    (
      await app.dataSource.query<{ content: string }[]>(`SELECT content FROM messages WHERE user_id = ${id}`)
    ).map(({ content }) => content);

  const ENDS: Record<string, (userId: number, use: () => Promise<unknown>) => Promise<void>> = {
    idle: async () => app.clock.advance(31 * MINUTE),
    absolute: async (_, use) => {
      app.clock.advance(26 * MINUTE);
      await use();
      app.clock.advance(25 * MINUTE);
    },
  };
  for (const reason of ['revoked', 'evicted', 'password_changed', 'theft'] satisfies EndReason[]) {
    ENDS[reason] = (userId) => endSessions(app, userId, reason);
  }

  it.each(Object.keys(ENDS))('is shown again after the log-in, and stored when sent: %s', async (end) => {
    const { id, username, agent } = await newUser();
    await ENDS[end](id, () => agent.get('/users/welcome').expect(200));
    const path = `/users/${id}/messages`;
    await submit(agent, path, { content: 'A long letter' }).expect(303).expect('Location', '/users/login');
    expect(flashes(await agent.get('/users/login'))).toEqual([expect.any(String), 'Please log in first']);
    expect(await logInByPage(agent, username)).toBe(DRAFT_PAGE);

    const page = await agent.get(DRAFT_PAGE).expect(200);
    expect(flashes(page)).toEqual(["You've successfully logged in!", NOT_SAVED]);
    expect(page.text).toContain(`<form class="card" action="${path}" method="post">`);
    expect(fieldValue(page, 'content')).toBe('A long letter');
    expect(await messagesOf(id)).toEqual([]);

    await submit(agent, path, { content: fieldValue(page, 'content') }).expect('Location', path);
    expect(await messagesOf(id)).toEqual(['A long letter']);
  });

  it('is not saved without an origin, since the request may be cross-site', async () => {
    const { id, agent } = await newUser();
    await endSessions(app, id, 'revoked');
    const before = await countDrafts(app);
    const request = submit(agent, `/users/${id}/messages`, { content: 'Words of an attacker' });
    await request.unset('Origin').expect(303).expect('Location', '/users/login');
    expect(await countDrafts(app)).toBe(before);
  });

  it('is sent to its original target: an edited message, an account', async () => {
    const { id, username, agent } = await newUser();
    const created = await agent.post(`/api/v1/users/${id}/messages`).send({ content: 'before' }).expect(201);
    const message = `/users/${id}/messages/${(created.body as { id: number }).id}`;

    for (const { path, fields } of [
      { path: message, fields: { content: 'after' } },
      { path: `/users/${id}`, fields: { username, email: 'ada@example.com' } },
    ]) {
      await endSessions(app, id, 'revoked');
      await submit(agent, `${path}?_method=PATCH`, fields).expect('Location', '/users/login');
      expect(await logInByPage(agent, username)).toBe(DRAFT_PAGE);
      const page = await agent.get(DRAFT_PAGE).expect(200);
      expect(page.text).toContain(`action="${path}?_method=PATCH"`);
      for (const [name, value] of Object.entries(fields)) expect(fieldValue(page, name)).toBe(value);
      await submit(agent, `${path}?_method=PATCH`, fields).expect('Location', path);
    }
    expect(await messagesOf(id)).toEqual(['after']);
    expect((await agent.get('/account/email')).text).toContain('<dd>ada@example.com</dd>');
  });

  it('is announced on the log-in page, with the username filled in, after a wrong password too', async () => {
    const { username, agent } = await lost();
    const notice = (minutes: string) =>
      `What you wrote is kept for ${minutes}. Log in as <b>${username}</b> to go on.`;
    const page = await agent.get('/users/login').expect(200);
    expect(page.text).toContain(notice('10 minutes'));
    expect(fieldValue(page, 'username')).toBe(username);

    app.clock.advance(9 * MINUTE);
    const again = await submit(agent, '/users/login', { username, password: 'wrong' }).expect(401);
    expect(again.text).toContain(notice('1 minute'));
    expect(await logInByPage(agent, username)).toBe(DRAFT_PAGE);
  });

  it('takes precedence over the return path', async () => {
    const { username, agent } = await lost();
    expect(await logInByPage(agent, username, '/messages')).toBe(DRAFT_PAGE);
  });

  it('is shown once: later requests redirect to the welcome page', async () => {
    const { username, agent } = await lost();
    await logInByPage(agent, username);
    await agent.head(DRAFT_PAGE).expect(303);
    const page = await agent.get(DRAFT_PAGE).expect(200);
    expect(setCookie(page, 'form')).toMatch(
      /^form=; Path=\/; Expires=Thu, 01 Jan 1970 .*HttpOnly; SameSite=Lax$/,
    );
    await agent.get(DRAFT_PAGE).expect(303).expect('Location', '/users/welcome');
    const { agent: other } = await newUser();
    await other.get(DRAFT_PAGE).expect(303).expect('Location', '/users/welcome');
  });

  it('is stored for ten minutes', async () => {
    const [early, late] = [await lost(), await lost()];
    app.clock.advance(10 * MINUTE - 1_000);
    expect(await logInByPage(early.agent, early.username)).toBe(DRAFT_PAGE);
    app.clock.advance(1_000);
    expect((await late.agent.get('/users/login')).text).not.toContain('is kept for');
    expect(await logInByPage(late.agent, late.username)).toBe('/users/welcome');
    // The log-in was in time, the next request was not.
    await early.agent.get(DRAFT_PAGE).expect('Location', '/users/welcome');
  });

  it('is replaced by the next one of the same session', async () => {
    const { id, username, agent, path } = await lost();
    const before = await countDrafts(app);
    for (let index = 0; index < 50; index += 1)
      await submit(agent, path, { content: `text ${index}` }).expect(303);
    const parallel = Array.from({ length: 50 }, () =>
      submit(agent, path, { content: 'at once' }).expect(303),
    );
    await Promise.all(parallel);
    await submit(agent, path, { content: 'the last' }).expect(303);
    expect(await countDrafts(app)).toBe(before);

    await logInByPage(agent, username);
    expect(fieldValue(await agent.get(DRAFT_PAGE), 'content')).toBe('the last');
    expect(await messagesOf(id)).toEqual([]);
  });

  it('from a second tab is stored even if the first tab has shown the reason', async () => {
    const { id, username, agent } = await newUser();
    await endSessions(app, id, 'revoked');
    await agent.get('/').expect(200);
    await submit(agent, `/users/${id}/messages`, { content: 'second tab' }).expect(303);
    await logInByPage(agent, username);
    expect(fieldValue(await agent.get(DRAFT_PAGE), 'content')).toBe('second tab');
  });

  it('is available on another instance', async () => {
    const { username, answer } = await lost();
    const second = await app.another();
    second.clock.advance(app.clock.now() - second.clock.now());
    const agent = second.agent().set('Cookie', setCookie(answer, 'form')?.split(';')[0] ?? '');
    const login = await submit(agent, '/users/login', { username, password: 'correct horse battery staple' });
    expect(login.headers.location).toBe(DRAFT_PAGE);
    await second.close();
  });

  it('is stored up to 64 kB', async () => {
    const small = await lost('m'.repeat(65_000));
    expect(await logInByPage(small.agent, small.username)).toBe(DRAFT_PAGE);
    expect(fieldValue(await small.agent.get(DRAFT_PAGE), 'content')).toBe('m'.repeat(65_000));
    const large = await lost('m'.repeat(65_537));
    expect(setCookie(large.answer, 'form')).toBeUndefined();
    expect(await logInByPage(large.agent, large.username)).toBe('/users/welcome');
  });

  it('is escaped', async () => {
    const evil = '</textarea><script>alert(1)</script>&amp;"\'';
    const { username, agent } = await lost(evil);
    await logInByPage(agent, username);
    const page = await agent.get(DRAFT_PAGE).expect(200);
    expect(page.text).not.toContain('<script>alert');
    expect(fieldValue(page, 'content')).toBe(evil);
  });

  it('without typed text is not stored', async () => {
    const { id, username, agent } = await newUser();
    await endSessions(app, id, 'revoked');
    await submit(agent, `/users/${id}?_method=DELETE`, { currentPassword: 'secret' }).expect(303);
    expect(await logInByPage(agent, username)).toBe('/users/welcome');
    await agent.get(`/users/${id}`).expect(200);
  });

  it('is not stored for a remembered device, which is logged in again automatically', async () => {
    const username = `user${(made += 1)}`;
    const id = await app.signUp(username);
    const agent = app.agent();
    await submit(agent, '/users/login', {
      username,
      password: 'correct horse battery staple',
      remember: 'on',
    });
    app.clock.advance(31 * MINUTE);
    const path = `/users/${id}/messages`;
    const answer = await submit(agent, path, { content: 'remembered' }).expect('Location', path);
    expect(setCookie(answer, 'form')).toBeUndefined();
    expect(await messagesOf(id)).toEqual(['remembered']);
  });

  it('that cannot be stored gets an error without a redirect', async () => {
    const broken = await TestApp.start();
    const { id, agent } = await broken.user('ada');
    await endSessions(broken, id, 'revoked');
    await broken.dataSource.query('DROP TABLE kept_forms');
    const answer = await submit(agent, `/users/${id}/messages`, { content: 'A long letter' });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.headers.location).toBeUndefined();
    await broken.close();
  });
});

import type { Response } from 'supertest';
import { PASSWORD, TestApp } from '../support/app';
import { countDrafts, endSessions, formToken, logInByPage } from '../support/drafts';
import { cookiePair, fieldValue, flashes, setCookie, submit } from '../support/page';
import { dump } from '../support/probes';

const DRAFT_PAGE = '/account/kept-form';
const WELCOME = '/users/welcome';

describe('A draft', () => {
  let app: TestApp;
  let made = 0;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());
  beforeEach(() => app.write('DELETE FROM kept_forms'));

  async function ended() {
    const username = `user${(made += 1)}`;
    const { id, agent } = await app.user(username);
    const path = `/users/${id}/messages`;
    const { cookies: sid } = (await agent.get(WELCOME)).request as unknown as { cookies: string };
    await endSessions(app, id, 'revoked');
    return { id, username, agent, path, sid };
  }

  async function savedDraft(content = 'A long letter') {
    const user = await ended();
    const answer = await submit(user.agent, user.path, { content }).expect(303);
    return { ...user, answer, cookie: cookiePair(answer, 'form') };
  }

  const logInWith = async (cookie: string, username: string): Promise<Response> => {
    const agent = app.agent().set('Cookie', cookie);
    return submit(agent, '/users/login', { username, password: PASSWORD }).expect(303);
  };

  it('is useless to an attacker who reads the database', async () => {
    const { id, agent } = await ended();
    const fields = { username: 'renamed', email: 'private@example.com', currentPassword: PASSWORD };
    const token = formToken(await submit(agent, `/users/${id}?_method=PATCH`, fields).expect(303));
    const stored = await dump(app);
    expect(await countDrafts(app)).toBe(1);
    expect(token).toMatch(/^[\w-]{43}$/);
    for (const secret of [token, 'renamed', 'private@example.com', PASSWORD, 'users/edit']) {
      expect(stored).not.toContain(secret);
    }
  });

  it('contains no secret, even for its user', async () => {
    const { id, username, agent } = await ended();
    const fields = { username, email: 'ada@example.com', currentPassword: PASSWORD };
    await submit(agent, `/users/${id}?_method=PATCH`, fields).expect(303);
    await logInByPage(agent, username);
    const page = await agent.get(DRAFT_PAGE).expect(200);
    expect(fieldValue(page, 'email')).toBe('ada@example.com');
    expect(page.text).not.toContain(PASSWORD);
  });

  it('uses an HttpOnly cookie of ten minutes', async () => {
    const { answer } = await savedDraft();
    expect(setCookie(answer, 'form')).toMatch(
      /^form=[\w-]{43}; Max-Age=600; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
  });

  it('uses a __Host- cookie over HTTPS', async () => {
    const secure = await TestApp.start({ BASE_URL: 'https://latchkey.example', TRUST_PROXY: '1' });
    const id = await secure.signUp('ada');
    const agent = secure.agent().set('X-Forwarded-Proto', 'https');
    const login = await submit(agent, '/users/login', { username: 'ada', password: PASSWORD }).expect(303);
    await endSessions(secure, id, 'revoked');
    const answer = await submit(agent, `/users/${id}/messages`, { content: 'hello' })
      .set('Cookie', cookiePair(login, '__Host-sid'))
      .expect(303);
    expect(setCookie(answer, '__Host-form')).toMatch(
      /^__Host-form=[\w-]{43}; Max-Age=600; .*HttpOnly; Secure;/,
    );
    await secure.close();
  });

  it('is shown to exactly one of 25 concurrent requests', async () => {
    const { username, agent } = await savedDraft();
    await logInByPage(agent, username);
    const answers = await Promise.all(Array.from({ length: 25 }, () => agent.get(DRAFT_PAGE)));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 24 }, () => 303),
    ]);
    expect(await countDrafts(app)).toBe(0);
  });

  it('is deleted unseen when another user logs in', async () => {
    const { username, agent } = await savedDraft();
    const { username: other } = await ended();
    expect(await logInByPage(agent, other)).toBe(WELCOME);
    expect(await countDrafts(app)).toBe(0);
    await agent.get(DRAFT_PAGE).expect('Location', WELCOME);
    expect(await logInByPage(agent, username)).toBe(WELCOME);
  });

  it('is deleted unseen when another user requests it', async () => {
    const { cookie } = await savedDraft();
    const { agent } = await app.user(`user${(made += 1)}`);
    const { cookies } = (await agent.get(WELCOME)).request as unknown as { cookies: string };
    const answer = await app.agent().get(DRAFT_PAGE).set('Cookie', `${cookies}; ${cookie}`);
    expect(answer.headers.location).toBe(WELCOME);
    expect(await countDrafts(app)).toBe(0);
  });

  it('is closed to guests, and is not deleted by them', async () => {
    const { agent } = await savedDraft();
    await agent
      .get(DRAFT_PAGE)
      .expect(303)
      .expect('Location', `/users/login?next=${encodeURIComponent(DRAFT_PAGE)}`);
    expect(await countDrafts(app)).toBe(1);
  });

  it('is unavailable to another browser with only the session cookie', async () => {
    const { username, sid } = await savedDraft();
    expect((await app.agent().get('/users/login').set('Cookie', sid)).text).not.toContain(username);
    const login = await logInWith(sid, username);
    expect(login.headers.location).toBe(WELCOME);
  });

  it('is not opened by an altered, forged or used token', async () => {
    const { username, cookie, agent } = await savedDraft();
    const altered = cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    for (const value of [
      altered,
      'form=',
      'form=%00',
      `form=${'x'.repeat(43)}`,
      `form=${'x'.repeat(3_000)}`,
    ]) {
      expect((await logInWith(value, username)).headers.location).toBe(WELCOME);
    }
    await logInByPage(agent, username);
    await agent.get(DRAFT_PAGE).expect(200);
    expect((await logInWith(cookie, username)).headers.location).toBe(WELCOME);
  });

  it.each(['expires_at = expires_at + 60000', "sealed = 'AAAA'"])(
    'is not opened if its row was altered: %s',
    async (change) => {
      const { username, cookie, agent } = await savedDraft();
      await app.write(`UPDATE kept_forms SET ${change}`);
      expect((await agent.get('/users/login').expect(200)).text).not.toContain('is kept for');
      expect((await logInWith(cookie, username)).headers.location).toBe(WELCOME);
    },
  );

  it('is not opened for another user if its row is reassigned', async () => {
    const { cookie } = await savedDraft();
    const { id, username } = await ended();
    await app.write(`UPDATE kept_forms SET user_id = ${id}`);
    expect((await logInWith(cookie, username)).headers.location).toBe(WELCOME);
  });

  it('never comes from another site', async () => {
    const { agent, path } = await ended();
    const post = () => submit(agent, path, { content: 'planted' });
    await post().set('Sec-Fetch-Site', 'cross-site').expect(403);
    await post().set('Origin', 'https://evil.example').expect(403);
    expect(await countDrafts(app)).toBe(0);
  });

  it('comes from no guest, no forged session and no log-out', async () => {
    const { username, path, sid, id } = await ended();
    await submit(app.agent(), path, { content: 'guest' }).expect(303);
    const forged = sid.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    await submit(app.agent().set('Cookie', forged), path, { content: 'forged' }).expect(303);

    const agent = await app.loggedIn(username);
    const { cookies } = (await agent.get(WELCOME)).request as unknown as { cookies: string };
    await submit(agent, '/users/logout').expect(303);
    await submit(app.agent().set('Cookie', cookies), path, { content: 'logged out' }).expect(303);

    await agent.post(`/api/v1/users/${id}/messages`).set('Cookie', sid).send({ content: 'API' }).expect(401);
    expect(await countDrafts(app)).toBe(0);
  });

  it('is not affected by a log-in through the API', async () => {
    const { username, agent } = await savedDraft('for later');
    await agent.post('/api/v1/auth/login').send({ username, password: PASSWORD }).expect(200);
    expect(await countDrafts(app)).toBe(1);
    expect(fieldValue(await agent.get(DRAFT_PAGE).expect(200), 'content')).toBe('for later');
  });

  it('of a deleted user is not available', async () => {
    const { id, username, agent, path } = await ended();
    const owner = await app.loggedIn(username);
    await owner.delete(`/api/v1/users/${id}`).expect(204);
    await submit(agent, path, { content: 'late' }).expect(303);
    expect((await agent.get('/users/login').expect(200)).text).not.toContain('is kept for');
    const { username: other } = await ended();
    expect(await logInByPage(agent, other)).toBe(WELCOME);
    expect(await countDrafts(app)).toBe(0);
  });

  it('for another user’s address neither shows nor changes their data', async () => {
    const other = await app.user(`user${(made += 1)}`);
    const theirs = await other.agent
      .post(`/api/v1/users/${other.id}/messages`)
      .send({ content: 'theirs' })
      .expect(201);
    const path = `/users/${other.id}/messages/${(theirs.body as { id: number }).id}`;

    const { username, agent } = await ended();
    await submit(agent, `${path}?_method=PATCH`, { content: 'mine now' }).expect(303);
    await logInByPage(agent, username);
    const page = await agent.get(DRAFT_PAGE).expect(200);
    expect(page.text).not.toContain('theirs');
    await submit(agent, `${path}?_method=PATCH`, { content: 'mine now' }).expect('Location', WELCOME);
    expect(flashes(await agent.get(WELCOME))).toEqual(['Not Authorized']);
    await other.agent
      .get(path)
      .expect(200)
      .expect(/theirs/);
  });
});

import { applicationWith, PASSWORD, TestApp } from '../support/app';
import { countDrafts } from '../support/drafts';
import { cookiePair, fieldValue, flashes, submit } from '../support/page';
import { VaultModule } from '../support/vault.module';

const MINUTE = 60_000;
const TEN_MINUTES = 10 * MINUTE;
const REAUTHENTICATE = '/account/reauthenticate';
const DRAFT_PAGE = '/account/kept-form';
const WHY =
  'You gave your password more than 10 minutes ago, or not yet in this session. Please confirm that it is still you.';

describe('A route behind StepUpGuard', () => {
  let app: TestApp;
  let users = 0;

  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(VaultModule));
  });
  afterAll(() => app.close());

  /** A user who gave the password this long ago. */
  async function loggedInFor(milliseconds: number) {
    const username = `user${(users += 1)}`;
    const user = { username, ...(await app.user(username)) };
    app.clock.advance(milliseconds);
    return user;
  }
  const late = () => loggedInFor(TEN_MINUTES);
  const confirm = (agent: Parameters<typeof submit>[0], fields: Record<string, unknown> = {}) =>
    submit(agent, REAUTHENTICATE, { password: PASSWORD, ...fields });

  it('is open for ten minutes after the log-in', async () => {
    const { agent } = await loggedInFor(TEN_MINUTES - 5_000);
    await agent.get('/vault').expect(200);
    await submit(agent, '/vault', { content: 'gold' }).expect(303).expect('Location', '/vault');
    await agent.get('/api/vault').expect(200);
    await agent.post('/api/vault').send({ content: 'gold' }).expect(201);
  });

  it('redirects a page request to the password form and back, with its query', async () => {
    const { agent } = await late();
    const diverted = await agent.get('/vault?room=2&key=a%26b').expect(303);
    expect(diverted.headers.location).toBe(
      `${REAUTHENTICATE}?next=${encodeURIComponent('/vault?room=2&key=a%26b')}`,
    );
    const page = await agent.get(diverted.headers.location).expect(200);
    expect(flashes(page)).toEqual([WHY]);
    const next = fieldValue(page, 'next');
    await confirm(agent, { next }).expect(303).expect('Location', '/vault?room=2&key=a%26b');
    await agent.get('/vault?room=2&key=a%26b').expect(200);
  });

  it('opens for ten minutes, then asks again', async () => {
    const { agent } = await late();
    await confirm(agent).expect(303).expect('Location', '/account');
    app.clock.advance(TEN_MINUTES - 5_000);
    await agent.get('/vault').expect(200);
    app.clock.advance(6_000);
    await agent.get('/vault').expect(303);
  });

  it('responds to the API with 403, the reason and how to confirm, and opens after that', async () => {
    const { agent } = await late();
    for (const ask of [
      () => agent.get('/api/vault'),
      () => agent.post('/api/vault').send({ content: 'x' }),
    ]) {
      const { body, type } = await ask().expect(403);
      expect(type).toBe('application/problem+json');
      expect(body).toMatchObject({
        status: 403,
        reason: 'reauthentication_required',
        detail: 'Send your password to POST /api/v1/auth/reauthenticate, then repeat this request.',
      });
    }
    await agent.post('/api/v1/auth/reauthenticate').send({ password: PASSWORD }).expect(204);
    await agent.get('/api/vault').expect(200, { gold: 1 });
  });

  it('is closed to a remembered device however recent its session is: no password was given', async () => {
    await app.signUp('remembered');
    const login = await app
      .agent()
      .post('/api/v1/auth/login')
      .send({ username: 'remembered', password: PASSWORD, remember: true });
    const agent = app.agent().set('Cookie', cookiePair(login, 'remember'));
    await agent.get('/vault').expect(303).expect('Location', `${REAUTHENTICATE}?next=%2Fvault`);
    await agent.get('/users/welcome').expect(200);
  });

  it('does not change for a remembered device that ends all other sessions', async () => {
    await app.signUp('ending');
    const agent = app.agent();
    await agent
      .post('/api/v1/auth/login')
      .send({ username: 'ending', password: PASSWORD, remember: true })
      .expect(200);
    await agent.delete('/api/v1/auth/sessions').expect(204);
    await agent.get('/vault').expect(200);
    app.clock.advance(TEN_MINUTES);
    await agent.delete('/api/v1/auth/sessions').expect(204);
    await agent.get('/vault').expect(303);
  });

  it('asks a guest to log in, not to confirm', async () => {
    const guest = app.agent();
    await guest.get('/vault').expect(303).expect('Location', '/users/login?next=%2Fvault');
    const { body } = await guest.get('/api/vault').expect(401);
    expect(body).not.toHaveProperty('reason');
  });

  it('does not open by the clock of an instance that is far ahead', async () => {
    const { agent } = await loggedInFor(0);
    app.clock.advance(-MINUTE);
    await agent.get('/vault').expect(303);
    app.clock.advance(MINUTE);
  });

  describe('that takes a form', () => {
    it('redirects to the password form without a return path to a POST-only address', async () => {
      const { agent } = await late();
      await submit(agent, '/vault', { content: 'gold' }).expect(303).expect('Location', REAUTHENTICATE);
    });

    it('saves the form as a draft and shows it again for review', async () => {
      const { agent, id } = await late();
      const others = await countDrafts(app);
      await submit(agent, '/vault', { content: 'A long letter' }).expect(303);
      expect(await countDrafts(app)).toBe(others + 1);
      const asked = await agent.get(REAUTHENTICATE).expect(200);
      expect(asked.text).toContain('What you wrote is kept for 10 minutes and shown again afterwards.');
      await confirm(agent).expect(303).expect('Location', DRAFT_PAGE);

      const page = await agent.get(DRAFT_PAGE).expect(200);
      expect(fieldValue(page, 'content')).toBe('A long letter');
      expect(page.text).toContain(`/users/${id}/messages`); // the form is for this user
      expect(await countDrafts(app)).toBe(others);
      await submit(agent, '/vault', { content: fieldValue(page, 'content') }).expect('Location', '/vault');
    });

    it('mentions the draft after a wrong password too, and keeps it', async () => {
      const { agent } = await late();
      await submit(agent, '/vault', { content: 'A long letter' }).expect(303);
      const refused = await confirm(agent, { password: 'wrong' }).expect(422);
      expect(refused.text).toContain('What you wrote is kept');
      await confirm(agent).expect(303).expect('Location', DRAFT_PAGE);
    });

    it('drops the draft if another page is requested afterwards', async () => {
      const { agent } = await late();
      await submit(agent, '/vault', { content: 'A long letter' }).expect(303);
      await confirm(agent, { next: '/users' }).expect(303).expect('Location', '/users');
    });

    it('does not show the draft to another user who confirms in this browser', async () => {
      const { agent } = await late();
      await submit(agent, '/vault', { content: 'A long letter' }).expect(303);
      await app.signUp('another-user');
      await submit(agent, '/users/login', { username: 'another-user', password: PASSWORD }).expect(303);
      await confirm(agent).expect(303).expect('Location', '/account');
      await agent.get(DRAFT_PAGE).expect(303);
    });
  });

  it.each([
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/users/logout',
    'javascript:alert(1)',
  ])('never leads to %s afterwards', async (next) => {
    const { agent } = await late();
    const page = await agent.get(`${REAUTHENTICATE}?next=${encodeURIComponent(next)}`).expect(200);
    expect(fieldValue(page, 'next')).toBeUndefined();
    await confirm(agent, { next }).expect(303).expect('Location', '/account');
  });

  it('sends no response that may be cached', async () => {
    const { agent } = await late();
    for (const answer of [
      await agent.get('/vault'),
      await agent.get('/api/vault'),
      await agent.get(REAUTHENTICATE),
    ])
      expect(answer.headers['cache-control']).toBe('no-store');
  });
});

import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { Mailbox } from '../support/mailbox';
import { flashes, submit } from '../support/page';

type Render = (view: string, locals: object, done: (error: Error | null, html: string) => void) => void;

const plain = (html: string) => html.replace(/<[^>]*>/g, '');

describe('The text of pages', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ THROTTLE: 'on' });
  });
  afterAll(() => app.close());

  it('has the heading as its title', async () => {
    const { id, agent } = await app.user('titus');
    const answer = await agent.post(`/api/v1/users/${id}/messages`).send({ content: 'x' }).expect(201);
    const messages = `/users/${id}/messages`;
    const message = `${messages}/${(answer.body as { id: number }).id}`;
    const pages: Record<string, TestAgent> = {
      '/users/signup': app.agent(),
      '/users/login': app.agent(),
      '/users/password-reset': app.agent(),
      '/lab': agent,
      '/lab/cookies': agent,
      '/api/docs': agent,
      '/nowhere': agent,
      '/users': agent,
      '/users/welcome': agent,
      [`/users/${id}`]: agent,
      [`/users/${id}/edit`]: agent,
      '/messages': app.agent(),
      [messages]: agent,
      [`/users/${await app.signUp('else')}/messages`]: agent,
      [`${messages}/new`]: agent,
      [message]: agent,
      [`${message}/edit`]: agent,
      '/account': agent,
      '/account/activity': agent,
      '/account/delete': agent,
      '/account/email': agent,
      '/account/export': agent,
      '/account/password': agent,
      '/account/reauthenticate': agent,
      '/account/sessions': agent,
    };
    for (const [path, viewer] of Object.entries(pages)) {
      const { text } = await viewer.get(path);
      const [heading] = /<h1>.*<\/h1>/.exec(text)!;
      expect([path, text]).toEqual([path, expect.stringContaining(`<title>${plain(heading)} &middot;`)]);
    }
    const other = await agent.get('/users/logout').set('Sec-Fetch-Site', 'cross-site');
    expect(other.text).toContain('<title>Log out? &middot;');
  });

  it('does not claim that an early attempt extends the wait', async () => {
    const express = app.app.getHttpAdapter().getInstance() as { render: Render };
    const html = await new Promise<string>((resolve, reject) =>
      express.render('errors/error', { status: 429 }, (error, text) => {
        if (error) reject(error);
        else resolve(text);
      }),
    );
    expect(html).toContain('does not make the wait longer');
  });

  it('names the actions that need the password again even right after the log-in', async () => {
    const { agent } = await app.user('ada');
    const { text } = await agent.get('/account/reauthenticate').expect(200);
    expect(text).toContain('only a new password and the page that deletes the account ask for it again');
    await submit(agent, '/account/delete').expect(422);
    await submit(agent, '/account/password', { newPassword: 'a heron stands in the rain' }).expect(422);
    await submit(agent, '/account/email', { email: 'ada@example.com' }).expect(303);
  });

  it('does not claim that a link was sent if the mail limit prevented it', async () => {
    const account = { username: 'bea', password: PASSWORD, email: 'bea@example.com' };
    await app.agent().post('/api/v1/auth/signup').send(account).expect(201);
    const agent = await app.loggedIn('bea');
    for (let sent = 1; sent <= 6; sent += 1) await submit(agent, '/account/email/confirmation').expect(303);
    expect(await new Mailbox(app).to(account.email)).toHaveLength(5);
    for (const text of flashes(await agent.get('/account/email')))
      expect(text).toContain('unless it went there five times in the last hour');
  });
});

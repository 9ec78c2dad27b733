import type { Response } from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import { Mailer } from '../../src/mail/mailer';
import { PASSWORD, TestApp } from '../support/app';
import { cookiePair, submit } from '../support/page';
import { stored } from '../support/parked';

const EMAIL = 'dïeb@example.com';

describe('A session that is logged out while its request waits for the mail server', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  const patch = (fields: object) => (agent: TestAgent, id: number) =>
    agent.patch(`/api/v1/users/${id}`).send(fields);
  it.each<[string, number, (agent: TestAgent, id: number) => PromiseLike<Response>]>([
    ['address by the API', 401, patch({ email: EMAIL })],
    ['name and address by the API', 401, patch({ username: 'renamed', email: EMAIL })],
    ['address by its page', 303, (agent) => submit(agent, '/account/email', { email: EMAIL })],
    [
      'name and address by the form of the account',
      303,
      (agent, id) => submit(agent, `/users/${id}?_method=PATCH`, { username: 'renamed', email: EMAIL }),
    ],
  ])('does not change the %s', async (what, status, change) => {
    const username = `ada-${what.length}`;
    const id = await app.signUp(username);
    const login = await app.agent().post('/api/v1/auth/login').send({ username, password: PASSWORD });
    const browser = () => app.agent().set('Cookie', cookiePair(login, 'sid'));
    let before: string | undefined;
    const asking = jest
      .spyOn(app.app.get(Mailer, { strict: false }), 'takesUnicodeAddresses')
      .mockImplementationOnce(async () => {
        await browser().post('/api/v1/auth/logout').expect(204);
        before = await stored(app);
        return true;
      });
    const answer = await change(browser(), id);
    asking.mockRestore();
    expect(answer.status).toBe(status);
    if (status === 303) expect(answer.headers.location).toMatch(/^\/users\/login/);
    expect(before).toBeDefined();
    expect(await stored(app)).toBe(before);
  });
});
